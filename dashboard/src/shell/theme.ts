/** Light, dark, or as the system prefers. */
import { remembered } from "../api/store";

export type Theme = "system" | "light" | "dark";
export const theme = remembered<Theme>("theme", "system");
const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

export function applyTheme(): void {
  const put = () => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
  };
  put();
  theme.watch(put);
}

export function turnTheme(): void {
  theme.set(NEXT[theme.value] ?? "system");
}

/** Which page an address means. */
import { usePlace } from "../api/route";
import { Empty } from "../parts/states";
import { Head } from "../shell/page";
import { Shell } from "../shell/shell";
import { ComparePage } from "./compare";
import { CostPage } from "./cost";
import { EventsPage } from "./events";
import { FilesPage } from "./files";
import { FindingsPage } from "./findings";
import { HealthPage } from "./health";
import { LivePage } from "./live";
import { ProjectsPage } from "./projects";
import { Replay } from "./replay";
import { SearchPage } from "./search";
import { SessionPage } from "./session";
import { Sessions } from "./sessions";
import { SettingsPage } from "./settings";
import { StylePage } from "./style";
import { ToolsPage } from "./tools";

function NotHere() {
  return (
    <>
      <Head name="Not here" />
      <Empty title="There is no such page"><a href="/">All sessions</a></Empty>
    </>
  );
}

const PAGES: Record<string, () => preact.JSX.Element> = {
  "/": Sessions, "/sessions": Sessions, "/live": LivePage, "/search": SearchPage, "/cost": CostPage, "/findings": FindingsPage, "/projects": ProjectsPage,
  "/files": FilesPage, "/tools": ToolsPage, "/compare": ComparePage, "/health": HealthPage, "/settings": SettingsPage, "/style": StylePage, "/style/events": EventsPage,
};

const REPLAY = /\/replay\/?$/;

/** The id in a path; a path that cannot be read is taken as it is. */
function idOf(path: string): string {
  const text = path.slice("/sessions/".length).replace(REPLAY, "");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function Page({ path }: { path: string }) {
  if (path.startsWith("/sessions/") && REPLAY.test(path)) return <Replay id={idOf(path)} />;
  if (path.startsWith("/sessions/")) return <SessionPage key={path} id={idOf(path)} />;
  const Found = PAGES[path.replace(/\/$/, "") || "/"] ?? NotHere;
  return <Found key={path} />;
}

export function Pages() {
  const { path } = usePlace();
  return <Shell><Page path={path} /></Shell>;
}

/** The pages, in the order of the list at the side. */
export interface Page {
  path: string;
  name: string;
  key: string;
  words: string;
}

export const PAGES: readonly Page[] = [
  { path: "/", name: "Sessions", key: "s", words: "what was done, what it cost, what came of it" },
  { path: "/live", name: "Live", key: "l", words: "what runs now" },
  { path: "/search", name: "Search", key: "/", words: "everything that was said, run, read and changed" },
  { path: "/cost", name: "Cost", key: "c", words: "trend, models, projects, windows, forecast" },
  { path: "/findings", name: "Findings", key: "f", words: "what was spent for nothing, and how to stop it" },
  { path: "/projects", name: "Projects", key: "p", words: "every folder that was worked in" },
  { path: "/files", name: "Files", key: "i", words: "which sessions touched a file" },
  { path: "/tools", name: "Tools", key: "t", words: "counts, failures, times" },
  { path: "/compare", name: "Compare", key: "o", words: "two sessions side by side" },
  { path: "/health", name: "Health", key: "h", words: "what is found, read and kept" },
  { path: "/settings", name: "Settings", key: ",", words: "prices, privacy, homes" },
];

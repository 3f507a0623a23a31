/** Starts the dashboard. */
import { render } from "preact";
import { learnAgents } from "./api/agents";
import { send } from "./api/client";
import { listen } from "./api/live";
import { follow } from "./api/route";
import { Pages } from "./pages";
import { tellWrong } from "./parts/told";
import { applyTheme } from "./shell/theme";
import "./style/tokens.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/tables.css";
import "./style/pages.css";
import "./style/print.css";

/** Where a token is needed, the address that was opened carries it once: it is changed for a cookie and taken out of sight. */
async function enter(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  history.replaceState(null, "", location.pathname + location.search);
  await send("POST", "/api/v2/login", { token }).catch(tellWrong);
}

async function start(): Promise<void> {
  applyTheme();
  await enter();
  follow();
  render(<Pages />, document.getElementById("app")!);
  listen();
  void learnAgents();
}

void start();

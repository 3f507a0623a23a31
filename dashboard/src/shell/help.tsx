/** `?`: every key that holds on this page. */
import { Fragment } from "preact";
import { Dialog } from "../parts/dialog";
import { keysNow } from "./keys";

const WRITTEN: Record<string, string> = { Enter: "↵", Escape: "esc", " ": "space" };

export function Help({ onClose, palette = true }: { onClose: () => void; palette?: boolean }) {
  const keys = keysNow();
  const [pages, others] = [keys.filter((key) => key.key.startsWith("g ")), keys.filter((key) => !key.key.startsWith("g "))];
  return (
    <Dialog label="Keys" onClose={onClose}>
      <header class="dialog-head">
        <h2>Keys</h2>
        <form method="dialog">
          <button class="button">Close</button>
        </form>
      </header>
      <div class="keys">
        <dl>
          {palette && <div><dt><kbd>⌘</kbd> <kbd>K</kbd> or <kbd>Ctrl</kbd> <kbd>K</kbd></dt><dd>go to anything</dd></div>}
          {others.map((key) => (
            <div key={key.key}><dt><kbd>{WRITTEN[key.key] ?? key.key}</kbd></dt><dd>{key.words}</dd></div>
          ))}
        </dl>
        <dl>
          {pages.map((key) => (
            <div key={key.key}><dt>{key.key.split(" ").map((one, index) => <Fragment key={one}>{index > 0 && " "}<kbd>{one}</kbd></Fragment>)}</dt><dd>{key.words}</dd></div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}

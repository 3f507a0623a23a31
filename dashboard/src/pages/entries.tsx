/** Lists of config.toml: own homes, prices and discounts, a row at a time. */
import { useRef, useState } from "preact/hooks";
import { useAgents } from "../api/agents";
import { Icon } from "../parts/icons";

interface Field { name: string; type: "text" | "number" | "date" | "choice"; required: boolean; choices: string[] }
export type Entry = Record<string, string | null | undefined>;
export interface Rows { key: string; fields: Field[]; rows: Entry[] }

const TABLES: Record<string, { name: string; one: string; words: string }> = {
  homes: { name: "Other homes", one: "home", words: "Folders, beside those where an agent keeps its data, in which its data lie too: of a container, a mounted machine, another account. They are watched like its own." },
  prices: { name: "Your prices", one: "price", words: "Dollars a million tokens, in place of the list price. A kind that is left out keeps the ratio it has in the list." },
  discounts: { name: "Discounts", one: "discount", words: "Percent off the list price; * stands for anything in a model's name." },
};

export function words(name: string): string {
  return name.replaceAll("_", " ").replace("5m", "5 min").replace("1h", "1 h");
}

function Cell({ of, value, onInput }: { of: Field; value: string; onInput: (value: string) => void }) {
  const agents = useAgents();
  const shared = { "aria-label": words(of.name), required: of.required, value };
  if (of.type === "choice") {
    return (
      <select {...shared} onChange={(event) => onInput(event.currentTarget.value)}>
        <option value="">{words(of.name)}</option>
        {of.choices.map((one) => <option key={one} value={one}>{agents[one]?.title ?? one}</option>)}
      </select>
    );
  }
  const put = (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value.trim());
  if (of.type === "date") return <input type="date" {...shared} onInput={put} />;
  return <input type="text" {...shared} inputMode={of.type === "number" ? "decimal" : "text"} onInput={put} />;
}

/** A row as the server takes it: what is empty is left out. */
export function told(row: Entry): Entry {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "" && value !== null && value !== undefined));
}

function RowForm({ of, row, onDone, onLeave }: { of: Rows; row: Entry; onDone: (row: Entry) => void; onLeave: () => void }) {
  const [now, setNow] = useState(row);
  return (
    <form class="entry" onSubmit={(event) => (event.preventDefault(), onDone(told(now)))}>
      {of.fields.map((field) => (
        <label key={field.name} class={/^(path|model)$/.test(field.name) ? "long" : undefined}><span>{words(field.name)}{!field.required && <span class="nil"> optional</span>}</span><Cell of={field} value={String(now[field.name] ?? "")} onInput={(value) => setNow({ ...now, [field.name]: value })} /></label>
      ))}
      <span class="entry-deeds"><button class="button first">Keep</button><button type="button" class="button" onClick={onLeave}>Leave it</button></span>
    </form>
  );
}

/** A list of config.toml, a row at a time. */
export function EntryList({ of, onPut }: { of: Rows; onPut: (rows: Entry[]) => Promise<boolean> }) {
  const [open, setOpen] = useState<number | null>(null);
  // what was put is what the next change begins from; while a row is being kept there is no other
  const [put, setPut] = useState<readonly Entry[] | null>(null);
  const [keeping, setKeeping] = useState(false);
  const last = useRef(0);
  const rows = put ?? of.rows;
  const { one, words: about, name } = TABLES[of.key] ?? { name: of.key, one: "row", words: "" };
  const keep = async (at: number, row: Entry) => {
    if (keeping) return;
    setKeeping(true);
    if (await onPut(at < rows.length ? rows.map((other, index) => (index === at ? row : other)) : [...rows, row])) setOpen(null);
    setKeeping(false);
  };
  const drop = async (at: number) => {
    const left = rows.filter((_, index) => index !== at);
    last.current += 1;
    const mine = last.current;
    setPut(left);
    setOpen((now) => (now === null || now === at ? null : now > at ? now - 1 : now));
    await onPut(left);
    if (mine === last.current) setPut(null);
  };
  const form = (at: number, row: Entry) => <RowForm key={at} of={of} row={row} onDone={(next) => void keep(at, next)} onLeave={() => setOpen(null)} />;
  return (
    <section id={`own-${of.key}`}>
      <h2>{name} <small>{rows.length || "none"}</small></h2>
      <p class="prose ink2">{about}</p>
      <ul class="entries">
        {rows.map((row, at) => (
          <li key={at}>
            {open === at ? form(at, row) : (
              <>
                <span class="entry-words">{of.fields.filter((field) => row[field.name]).map((field, index) => <span key={field.name} class={index ? "ink2" : undefined}>{index > 0 && field.type !== "text" && `${words(field.name)} `}{field.type === "text" ? <b class="mono">{row[field.name]}</b> : <span class="num">{row[field.name]}</span>}</span>)}</span>
                <button type="button" class="icon-button" aria-label={`Change this ${one}`} title="Change it" onClick={() => setOpen(at)}><Icon name="pen" /></button>
                <button type="button" class="icon-button" aria-label={`Take this ${one} away`} title="Take it away" disabled={keeping} onClick={() => void drop(at)}><Icon name="cross" /></button>
              </>
            )}
          </li>
        ))}
        {open === rows.length && <li>{form(open, {})}</li>}
      </ul>
      {open === null && <button type="button" class="button" onClick={() => setOpen(rows.length)}>Add a {one}</button>}
    </section>
  );
}

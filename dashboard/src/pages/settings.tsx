/** What may be changed: each setting, where it comes from, and the prices in use. */
import { useRef, useState } from "preact/hooks";
import { report, send, useData } from "../api/client";
import { settingsChanged } from "../api/live";
import { useStore } from "../api/store";
import { many } from "../model/counts";
import type { Status } from "../model/types";
import { Answer } from "../parts/states";
import { type Column, Table } from "../parts/table";
import { doing } from "../parts/told";
import { Count, Unknown } from "../parts/values";
import { type Entry, EntryList, type Rows, words } from "./entries";
import { Head } from "../shell/page";
import { theme, type Theme } from "../shell/theme";

type Value = string | number | boolean | string[] | null;
type Put = (value: Value) => Promise<boolean>;
interface Setting { key: string; value: Value; source: string; default: Value; type: string; choices: Value[]; optional: boolean; editable: boolean; variable: string | null }
interface Settings { path: string; settings: Setting[]; tables: Rows[] }

const GROUPS: readonly [string, string, readonly string[]][] = [
  ["Times and figures", "times", ["timezone", "start_of_week", "cost"]],
  ["What is kept", "kept", ["archive", "retention", "tier"]],
  ["Privacy: what leaves this machine", "privacy", ["leaving_tier", "share_tier", "redact", "privacy_mode", "pii", "author"]],
];
const WORDS: Record<string, string> = {
  timezone: "The IANA zone of days and times; empty: the system's", start_of_week: "The first day of a week",
  cost: "Where dollars come from",
  archive: "Whether logs are kept after the agents delete theirs", retention: "Days after which a session that nobody went on with is forgotten; empty: never", tier: "How much of a session is kept here",
  leaving_tier: "How much of a session leaves in exports", share_tier: "How much of it a shared file and a transcript hold", redact: "Whether secrets are masked", privacy_mode: "How strict the masking is", pii: "Personal data that is masked too", author: "The name on what you share",
};
/** What a choice means, where its own word says too little. */
const MEANINGS: Record<string, Record<string, string>> = {
  cost: { priced: "the price book", recorded: "what the agents recorded", best: "recorded where no price is known" },
  archive: { on: "yes, whole", "only-index": "only figures and full text", off: "no" },
  tier: { 1: "1: figures", 2: "2: figures, paths, commands", 3: "3: everything" },
  leaving_tier: { 1: "1: figures", 2: "2: figures, paths, commands", 3: "3: everything" },
  share_tier: { 1: "1: figures", 2: "2: figures, paths, commands", 3: "3: everything" },
  privacy_mode: { minimal: "minimal: what is certainly a secret", moderate: "moderate: what is likely one", strict: "strict: also what may be one" },
  pii: { email: "e-mail addresses", phone: "phone numbers", card: "card numbers", ssn: "US social security numbers", arn: "names of AWS resources" },
};

function meaning(of: Setting, choice: Value): string {
  return MEANINGS[of.key]?.[String(choice)] ?? String(choice);
}

const SOURCES: Record<string, string> = { file: "from config.toml", environment: "from the environment", default: "default" };

/** What was put is shown until the server answers: the next choice builds on it, and what is typed meanwhile stays. */
function useDraft(of: Setting, onPut: Put): [Value, (value: Value) => void] {
  const [draft, setDraft] = useState<Value | undefined>(undefined);
  const last = useRef(0);
  const put = (value: Value) => {
    last.current += 1;
    const mine = last.current;
    setDraft(value);
    void onPut(value).then(() => mine === last.current && setDraft(undefined));
  };
  return [draft === undefined ? of.value : draft, put];
}

function Control({ of, onPut }: { of: Setting; onPut: Put }) {
  const [now, setNow] = useDraft(of, onPut);
  const [typed, setTyped] = useState<string | null>(null);
  const id = `setting-${of.key}`;
  const text = now === null ? "" : String(now);
  if (of.type === "choices") {
    const chosen = Array.isArray(now) ? now : [];
    const turn = (one: string) => setNow(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
    return <span class="form">{of.choices.map((one) => <label key={String(one)}><input type="checkbox" disabled={!of.editable} checked={chosen.includes(String(one))} onChange={() => turn(String(one))} /> {meaning(of, one)}</label>)}</span>;
  }
  if (of.type === "choice") {
    const choose = (value: string) => setNow(of.choices.find((one) => String(one) === value) ?? null);
    return (
      <select id={id} disabled={!of.editable} value={text} onChange={(event) => choose(event.currentTarget.value)}>
        {of.optional && <option value="">(none)</option>}
        {of.choices.map((one) => <option key={String(one)} value={String(one)}>{meaning(of, one)}</option>)}
      </select>
    );
  }
  const put = (value: string) => {
    setTyped(null);
    if (value !== text) setNow(value === "" ? null : of.type === "number" ? Number(value) : value);
  };
  const shared = { id, disabled: !of.editable, value: typed ?? text, onInput: (event: { currentTarget: HTMLInputElement }) => setTyped(event.currentTarget.value), placeholder: of.default === null ? "" : String(of.default) };
  if (of.type === "number") return <input type="number" {...shared} onChange={(event) => put(event.currentTarget.value.trim())} />;
  return <input type="text" {...shared} onChange={(event) => put(event.currentTarget.value.trim())} />;
}

function Row({ of, onPut }: { of: Setting; onPut: Put }) {
  return (
    <div class="setting">
      <label for={`setting-${of.key}`}>{of.key.replaceAll("_", " ")} <small class="ink2">{WORDS[of.key]}</small></label>
      <Control of={of} onPut={onPut} />
      <span class="nil">
        {of.variable && !of.editable ? `from ${of.variable}` : (SOURCES[of.source] ?? of.source)}
        {of.source === "file" && <button type="button" class="link" onClick={() => void onPut(null)}> Back to {of.default === null || of.default === "" ? "none" : String(of.default)}</button>}
      </span>
    </div>
  );
}

interface Price { model: string; calls: number; from: string | null; until: string | null; input: string | null; output: string | null; cache_read: string | null; origin: string; source: string | null }
interface Prices { prices: Price[]; unpriced: { model: string; calls: number; reason: string }[] }
/** At least cents, and as much more as there is. */
function perMillion(usd: string): string {
  const value = Number(usd);
  return `$${Number.isInteger(Math.round(value * 1e8) / 1e6) ? value.toFixed(2) : value}`;
}

const rate = (name: string, key: "input" | "output" | "cache_read", minor?: 1 | 2): Column<Price> => ({ key, name, right: true, ...(minor && { minor }), hint: "Dollars a million tokens", by: (row) => (row[key] === null ? null : Number(row[key])), cell: (row) => (row[key] === null ? <Unknown why="the book has no price for it" /> : perMillion(row[key])) });
const PRICES: Column<Price>[] = [
  { key: "model", name: "Model", wide: true, by: (row) => row.model, cell: (row) => <span title={row.source ?? ""}>{row.model}</span> },
  { key: "calls", name: "Calls", right: true, by: (row) => row.calls, cell: (row) => <Count value={row.calls} /> },
  rate("Input", "input"), rate("From cache", "cache_read", 2), rate("Output", "output"),
  { key: "from", name: "Since", minor: 1, by: (row) => row.from, cell: (row) => row.from ?? <Unknown why="the book has no date for it" /> },
  { key: "origin", name: "By", minor: 1, cell: (row) => row.origin },
];

function PriceTable({ version }: { version: number }) {
  return (
    <section id="prices">
      <h2>Prices in use <small>a million tokens</small></h2>
      <Answer of={useData<Prices>(report("prices"), version)}>
        {(data) => (
          <>
            <Table caption="Prices" columns={PRICES} rows={data.prices} id={(row) => `${row.model} ${row.from} ${row.input}`} sort={{ key: "calls", down: true }} none="No call of a model with a known price." />
            {data.unpriced.length > 0 && <p class="note">Without a price: {data.unpriced.map((one) => `${one.model} (${many(one.calls, "call")}${one.reason ? `: ${one.reason}` : ""})`).join("; ")}.</p>}
          </>
        )}
      </Answer>
    </section>
  );
}

function Looks() {
  const now = useStore(theme);
  return (
    <section>
      <h2>This browser</h2>
      <div class="setting">
        <label for="setting-theme">colours</label>
        <select id="setting-theme" value={now} onChange={(event) => theme.set(event.currentTarget.value as Theme)}>
          <option value="system">as the system</option><option value="light">light</option><option value="dark">dark</option>
        </select>
        <span />
      </div>
    </section>
  );
}

export function SettingsPage() {
  const version = useStore(settingsChanged);
  const settings = useData<Settings>("/api/v2/settings", version);
  const status = useData<Status>("/api/v2/status");
  const put = async (key: string, value: Value | Entry[]) => {
    const sent = send("PATCH", "/api/v2/settings", { [key]: value }).then((now) => settings.put(now as Settings));
    return doing(sent, `${words(key)} ${key.endsWith("s") ? "are" : "is"} changed`);
  };
  const list = (key: string) => {
    const found = settings.data?.tables.find((one) => one.key === key);
    return found && <EntryList key={key} of={found} onPut={(rows) => put(key, rows)} />;
  };
  return (
    <>
      <Head name="Settings" about={settings.data && <code>{settings.data.path}</code>} />
      <Answer of={settings} absent="This server has no settings to change.">
        {(data) => (
          <div>
            {GROUPS.map(([name, id, keys]) => {
              const rows = data.settings.filter((one) => keys.includes(one.key));
              return rows.length > 0 && <section id={id} key={id}><h2>{name}</h2>{rows.map((one) => <Row key={one.key} of={one} onPut={(value) => put(one.key, value)} />)}</section>;
            })}
          </div>
        )}
      </Answer>
      <Looks />
      <section>
        <h2>Homes</h2>
        <p class="prose">Each agent's logs are looked for where it keeps them; <a href="/health">Health</a> lists what was found. A backup, or logs that somebody sent, are brought in with <code>agent-trace import FOLDER</code>.{status.data && <> Everything of agent-trace itself lies in <code>{status.data.home}</code>.</>}</p>
      </section>
      {list("homes")}
      {list("prices")}
      {list("discounts")}
      <PriceTable version={version} />
    </>
  );
}

/** The line of filters: what can be chosen, how many sessions each would leave, what is chosen. */
import { useState } from "preact/hooks";
import { useAgents } from "../../api/agents";
import { url } from "../../api/client";
import { remembered, useStore } from "../../api/store";
import { asked, changed, type FilterName, has, narrowed, read, type State, toggled, write } from "../../model/address";
import { count } from "../../model/counts";
import type { Facet, FacetName, SessionPage } from "../../model/types";
import { leaf } from "../../model/words";
import { Icon } from "../../parts/icons";
import { Menu } from "../../parts/menu";
import { useResting } from "../../parts/typed";
import { go } from "../../api/route";
import { chosenColumns, COLUMNS, FIRST_COLUMNS } from "./columns";

type Set = (next: State, replace?: boolean) => void;
interface View { name: string; query: string; columns: string[] }
const views = remembered<View[]>("views", []);
const TYPED = 180;

/** What is typed goes into the address when the typing rests. */
export function TextFilter({ state, set }: { state: State; set: Set }) {
  const { text, type } = useResting(state.q ?? "", TYPED, (next) => set(changed(state, "q", next || null), true));
  return (
    <label class="field find">
      <span class="sr">Title, id, repository, branch or label</span>
      <Icon name="search" />
      <input type="search" data-search placeholder="Title, id, repo, branch…" value={text} onInput={(event) => type(event.currentTarget.value)} onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()} />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

function Choices({ name, facets, state, set, say }: { name: FilterName; facets: readonly Facet[]; state: State; set: Set; say: (key: string) => string }) {
  const [text, setText] = useState("");
  const rows = facets.filter((facet) => facet.key !== null && say(facet.key).toLowerCase().includes(text.toLowerCase()));
  return (
    <>
      {facets.length > 10 && <input type="text" class="narrow" placeholder="Find" aria-label="Find a value" value={text} onInput={(event) => setText(event.currentTarget.value)} />}
      <ul class="options">
        {rows.slice(0, 100).map((facet) => (
          <li key={facet.key}>
            <label title={facet.key!}>
              <input type="checkbox" checked={has(state, name, facet.key!)} onChange={() => set(toggled(state, name, facet.key!))} />
              <span class="cut">{say(facet.key!)}</span>
              <span class="num">{count(facet.count)}</span>
            </label>
          </li>
        ))}
      </ul>
      {!rows.length && <p class="none">None here.</p>}
    </>
  );
}

const FACETS: readonly { name: FacetName; words: string }[] = [
  { name: "agent", words: "Agent" }, { name: "repo", words: "Repo" }, { name: "model", words: "Model" },
  { name: "branch", words: "Branch" }, { name: "label", words: "Label" }, { name: "state", words: "State" },
];

function More({ state, set }: { state: State; set: Set }) {
  const amount = (name: "min_cost" | "max_cost", words: string) => (
    <label class="field">
      {words}
      <input type="number" min="0" step="0.01" inputMode="decimal" value={state[name] ?? ""} onChange={(event) => set(changed(state, name, event.currentTarget.value || null))} />
    </label>
  );
  const day = (name: "since" | "until", words: string) => (
    <label class="field">
      {words}
      <input type="date" value={/^\d{4}-/.test(state[name] ?? "") ? state[name] : ""} onChange={(event) => set(changed(state, name, event.currentTarget.value || null))} />
    </label>
  );
  const radio = (value: string, words: string) => (
    <label><input type="radio" name="productive" checked={(state.productive ?? "") === value} onChange={() => set(changed(state, "productive", value || null))} /> {words}</label>
  );
  return (
    <div class="form">
      <div class="pair">{amount("min_cost", "Cost from $")}{amount("max_cost", "to $")}</div>
      <div class="pair">{day("since", "From day")}{day("until", "to day")}</div>
      <fieldset><legend>Productive</legend>{radio("", "all")}{radio("yes", "yes")}{radio("no", "no")}</fieldset>
      <label><input type="checkbox" checked={state.hidden === "1"} onChange={() => set(changed(state, "hidden", state.hidden ? null : "1"))} /> with hidden sessions</label>
    </div>
  );
}

function moreWords(state: State): string {
  const cost = state.min_cost || state.max_cost ? `$${state.min_cost ?? 0}–${state.max_cost ?? ""}` : "";
  return [cost, state.productive && `productive: ${state.productive}`, state.hidden && "hidden too"].filter(Boolean).join(", ");
}

function Views({ state }: { state: State }) {
  const saved = useStore(views);
  const [name, setName] = useState("");
  const keep = () => {
    if (!name.trim()) return;
    views.set([...saved.filter((view) => view.name !== name.trim()), { name: name.trim(), query: write(state), columns: chosenColumns.value }]);
    setName("");
  };
  return (
    <Menu label="Views" icon="save" right>
      {(close) => (
        <>
          <ul class="options">
            {saved.map((view) => (
              <li key={view.name} class="view">
                <button type="button" class="link cut" onClick={() => (chosenColumns.set(view.columns), go(`/${view.query}`), close())}>{view.name}</button>
                <button type="button" class="icon-button" aria-label={`Forget ${view.name}`} onClick={() => views.set(saved.filter((one) => one !== view))}><Icon name="cross" /></button>
              </li>
            ))}
          </ul>
          <form class="keep" onSubmit={(event) => (event.preventDefault(), keep())}>
            <input type="text" aria-label="Name of this view" placeholder="Name of this view" value={name} maxLength={60} onInput={(event) => setName(event.currentTarget.value)} />
            <button class="button" disabled={!name.trim()}>Save</button>
          </form>
        </>
      )}
    </Menu>
  );
}

function Columns() {
  const chosen = useStore(chosenColumns);
  const turn = (key: string) => chosenColumns.set(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
  return (
    <Menu label="Columns" icon="columns" right>
      {() => (
        <>
          <ul class="options">
            {COLUMNS.filter((column) => column.key !== "title").map((column) => (
              <li key={column.key}><label><input type="checkbox" checked={chosen.includes(column.key)} onChange={() => turn(column.key)} /> <span>{column.name}</span></label></li>
            ))}
          </ul>
          <button type="button" class="link" onClick={() => chosenColumns.set(FIRST_COLUMNS)}>As at first</button>
        </>
      )}
    </Menu>
  );
}

function Download({ state }: { state: State }) {
  const { sort: _sort, order: _order, ...chosen } = asked(state);
  return (
    <Menu label="Download" icon="load" right>
      {() => (
        <ul class="options">
          <li><a href={url("/api/v2/download/sessions.csv", chosen)} download="sessions.csv">CSV, for a spreadsheet</a></li>
          <li><a href={url("/api/v2/download/sessions.json", chosen)} download="sessions.json">JSON</a></li>
        </ul>
      )}
    </Menu>
  );
}

export function Filters({ state, set, page }: { state: State; set: Set; page: SessionPage | null }) {
  const agents = useAgents();
  const say: Partial<Record<FacetName, (key: string) => string>> = { agent: (key) => agents[key]?.title ?? key, repo: leaf };
  const chosen = (name: FacetName) => state[name]?.split(name === "agent" || name === "label" ? "," : "\0").map((key) => say[name]?.(key) ?? key).join(", ");
  const clear = () => set(read(write({ ...(state.since && { since: state.since }), ...(state.until && { until: state.until }), ...(state.sort && { sort: state.sort }), ...(state.order && { order: state.order }) })));
  return (
    <div class="filters" role="search" aria-label="Filters">
      <TextFilter state={state} set={set} />
      {FACETS.filter(({ name }) => state[name] || page?.facets?.[name]?.some((facet) => facet.key !== null)).map(({ name, words }) => (
        <Menu key={name} label={words} chosen={chosen(name)} onClear={() => set(changed(state, name, null))}>
          {() => <Choices name={name} facets={page?.facets?.[name] ?? []} state={state} set={set} say={say[name] ?? String} />}
        </Menu>
      ))}
      <Menu label="More" chosen={moreWords(state) || undefined} onClear={() => set((["min_cost", "max_cost", "productive", "hidden"] as const).reduce((now, name) => changed(now, name, null), state))}>
        {() => <More state={state} set={set} />}
      </Menu>
      {narrowed(state) > 1 && <button type="button" class="link" onClick={clear}>Clear all</button>}
      <span class="grow" />
      <Views state={state} />
      <Columns />
      <Download state={state} />
    </div>
  );
}

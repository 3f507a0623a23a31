/** What was done: figures, filters, and every session. */
import { useStore } from "../../api/store";
import { url, useData } from "../../api/client";
import { changes } from "../../api/live";
import { asked, changed, narrowed, rangeWords, write } from "../../model/address";
import { many } from "../../model/counts";
import type { Overview } from "../../model/types";
import { Empty, Failed, Waiting } from "../../parts/states";
import { Head, Ranges, useAddress } from "../../shell/page";
import { Figures } from "./figures";
import { Filters } from "./filters";
import { useRows } from "./rows";
import { SessionTable } from "./table";

const MONTH = 30;

export function Sessions() {
  const [state, set] = useAddress();
  const { counter } = useStore(changes);
  const rows = useRows({ sort: "started", order: "desc", ...asked(state) });
  const days = state.since === "30d" || state.since === "this-month" ? MONTH : 7;
  const { sort: _sort, order: _order, ...filters } = asked(state);
  const overview = useData<Overview>(url("/api/v2/overview", { ...filters, days }), counter);
  const { page, error } = rows;
  const sort = (key: string, down: boolean) => set(changed(changed(state, "sort", key), "order", down ? "desc" : "asc"));
  return (
    <>
      <Head name="Sessions" about={page ? <>{many(page.count, "session")} in {rangeWords(state)}{narrowed(state) > 0 && ", narrowed"}</> : null}>
        <Ranges />
      </Head>
      {overview.data ? <Figures of={overview.data} dayHref={(key) => `/${write({ ...state, since: key, until: key })}`} /> : <div class="figures later" aria-hidden="true" />}
      <Filters state={state} set={set} page={page} />
      {error && <Failed error={error} again={rows.again} />}
      {!page && !error && <Waiting lines={12} what="Loading sessions" />}
      {page && page.count === 0 && <Nothing narrowed={narrowed(state) > 0} words={rangeWords(state)} all={state.since === "all"} />}
      {page && page.count > 0 && <SessionTable rows={rows} address={state} onSort={sort} />}
      {page && page.unpriced.length > 0 && <p class="note">Without a known price: {page.unpriced.join(", ")}. What they cost is not in the sums, which is why these say ≥.</p>}
    </>
  );
}

function Nothing({ narrowed: filtered, words, all }: { narrowed: boolean; words: string; all: boolean }) {
  if (filtered) return <Empty title="No session fits these filters"><a href="/?since=all">Show all sessions</a></Empty>;
  if (!all) return <Empty title={`No session in ${words}`}><a href="/?since=30d">30 days</a> · <a href="/?since=all">all time</a></Empty>;
  return (
    <Empty title="No session was found on this machine yet">
      <p>agent-trace reads the logs that coding agents keep by themselves. Start one, and its session appears here while it runs.</p>
      <p><a href="/health">What was looked for, and where</a></p>
    </Empty>
  );
}

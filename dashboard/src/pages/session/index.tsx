/** One session: what it was asked, what it did, what it cost, what came of it. */
import { useEffect, useState } from "preact/hooks";
import { useData } from "../../api/client";
import { changes } from "../../api/live";
import { sessionAt, usePlace } from "../../api/route";
import { useStore } from "../../api/store";
import type { Shown, Summary } from "../../model/types";
import { title } from "../../model/words";
import { Answer } from "../../parts/states";
import { Explain } from "./explain";
import { SessionHead } from "./head";
import { AgentsTab, CostTab, FilesTab, FindingsTab, NotesTab, OutcomeTab, Prompts } from "./tabs";

const TABS = [["", "Prompts"], ["explain", "Explained"], ["cost", "Cost"], ["findings", "Findings"], ["outcome", "Outcome"], ["files", "Files"], ["agents", "Sub-agents"], ["notes", "Notes"]] as const;

/** Grows when this session, and not another one, changed. */
function useVersion(id: string): number {
  const last = useStore(changes);
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (last.counter && (!last.ids.length || last.ids.some((one) => id === one || id.startsWith(`${one}/`)))) setVersion((n) => n + 1);
  }, [last]);
  return version;
}

function counts(of: Shown): Record<string, number | null> {
  return { "": of.prompts, findings: of.findings, files: of.files.length, agents: of.children.length, notes: of.annotations.length };
}

function Tabs({ of, now }: { of: Shown; now: string }) {
  const numbers = counts(of);
  return (
    <nav class="tabs" aria-label="About this session">
      {TABS.filter(([key]) => key !== "agents" || of.children.length > 0 || now === "agents").map(([key, name]) => (
        <a key={key} href={sessionAt(of.id, key)} aria-current={key === now ? "page" : undefined}>
          {name} {numbers[key] ? <span class="nil">{numbers[key]}</span> : null}
        </a>
      ))}
    </nav>
  );
}

export function SessionPage({ id }: { id: string }) {
  const { search } = usePlace();
  const tab = new URLSearchParams(search).get("tab") ?? "";
  const version = useVersion(id);
  const shown = useData<Shown>(`/api/v2/sessions/${encodeURIComponent(id)}`, version);
  const [changed, setChanged] = useState<Partial<Summary>>({});
  useEffect(() => setChanged({}), [shown.data]);
  useEffect(() => {
    if (shown.data) document.title = `${title({ ...shown.data, ...changed })} · agent-trace`;
  }, [shown.data, changed]);
  return (
    <Answer of={shown} absent="There is no such session" missing lines={10}>
      {(data) => {
        const of = { ...data, ...changed };
        return (
          <>
            <SessionHead of={of} put={(_id, change) => setChanged((now) => ({ ...now, ...change }))} />
            <Tabs of={of} now={tab} />
            <Tab of={of} tab={tab} version={version} again={shown.again} />
          </>
        );
      }}
    </Answer>
  );
}

function Tab({ of, tab, version, again }: { of: Shown; tab: string; version: number; again: () => void }) {
  switch (tab) {
    case "explain":
      return <Explain id={of.id} version={version} />;
    case "cost":
      return <CostTab id={of.id} version={version} />;
    case "findings":
      return <FindingsTab id={of.id} version={version} />;
    case "outcome":
      return <OutcomeTab id={of.id} version={version} unpriced={of.total.unpriced_calls} />;
    case "files":
      return <FilesTab of={of.files} />;
    case "agents":
      return <AgentsTab of={of.children} />;
    case "notes":
      return <NotesTab of={of} again={again} />;
    default:
      return <Prompts id={of.id} of={of.prompt_list} />;
  }
}

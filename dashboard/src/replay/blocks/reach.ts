/** What a block may ask for: whoever shows it gives it, from a server or from the file that it is in. */
import type { FoundHere, Moment } from "../../model/replay";
import type { Summary } from "../../model/types";

export interface Reach {
  /** An event that is loaded. */
  event(number: number): Moment | undefined;
  /** A URL of the picture of an event: `data:` or of the same origin; null where there is none. */
  image(of: Moment): string | null;
  /** The records of the log that an event was read from; null: not here. */
  raw(of: Moment): Promise<string[] | null>;
  /** The event with its whole texts; null: not here. */
  whole(of: Moment): Promise<Moment | null>;
  /** Why no whole texts are here, where it is known that none are. */
  absent?: string;
  /** All texts are whole as they are here. */
  full?: boolean;
  /** Go to a sub-agent or to another session. */
  open(session: string, event?: number): void;
  canOpen(session: string): boolean;
  /** Who gave a prompt, where that is known. */
  by?(of: Moment): "person" | "program" | "parent" | undefined;
  /** What is known of a sub-agent's session as a whole. */
  child?(session: string): Summary | undefined;
  /** The session that an event leads to, where only other logs tell it. */
  linked?(of: Moment): string | undefined;
  /** What was found to be wrong at an event. */
  findings?(of: Moment): readonly FoundHere[];
}

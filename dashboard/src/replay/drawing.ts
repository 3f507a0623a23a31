/** Which rows of a list are drawn: those that are seen and some around them, in full as far as there is time for it. */
import { printed } from "./paper";
import type { Placing } from "./placing";
import { stuck } from "./placing";
import { Quota } from "./quota";
import { PAGE } from "./tape";

/** Pixels above and below the window that are drawn too. */
const BEYOND = 500;
/** Rows that are drawn in full in any frame: while the page is scrolled, and while it rests. */
const LEAST = { moving: 2, resting: 8 };
/** Milliseconds between two moves of one scroll at most. */
const ON = 300;

/** The rows from one to another in the order in which they are drawn: those in sight, those that come next, those that were left. */
export function* inOrder(from: number, to: number, seen: readonly [number, number], down: boolean): Generator<number> {
  const [first, last] = [Math.max(from, seen[0]), Math.min(to, seen[1])];
  for (let row = first; row <= last; row += 1) yield row;
  const below = function* () { for (let row = last + 1; row <= to; row += 1) yield row; };
  const above = function* () { for (let row = first - 1; row >= from; row -= 1) yield row; };
  yield* down ? below() : above();
  yield* down ? above() : below();
}

/** How the page moved before it is drawn now. */
interface Move {
  frame: unknown;
  /** By more than a screen, in this frame. */
  leap: boolean;
  /** However far, in this frame. */
  moves: boolean;
  down: boolean;
}

/** What is drawn now. */
export interface Drawn {
  from: number;
  to: number;
  leap: boolean;
  /** Rows to be asked for besides, below or above: where a scroll goes on to. */
  ahead: number;
  /** The rows that are drawn in full. */
  full: ReadonlySet<number>;
  /** How many of them were not before. */
  fresh: number;
  /** Others have to wait for the next frame. */
  waiting: boolean;
}

export class Drawing {
  private readonly quota = new Quota();
  private full: ReadonlySet<number> = new Set();
  /** Where the page was when rows were drawn last. */
  private drawn = 0;
  /** The frame of the last leap. */
  private leapt: unknown = null;
  /** The frame of the last move. */
  private moved: unknown = null;
  /** When somebody scrolled last, whether down, and whether they did so just before too. */
  private scrolled = { at: -ON, down: true, on: false };

  constructor(private readonly placing: Placing) {}

  /** What is drawn now, `begun` milliseconds after the page was opened. */
  now(begun: number, printing: boolean): Drawn {
    const { heights, top, list, desk } = this.placing;
    const move = this.move(begun);
    // of what flies by a line each is enough; after a leap what is seen comes first, and what is around it a moment later
    const beyond = move.leap ? 0 : BEYOND;
    const y = scrollY - (list.current ? top : 0);
    const { total } = desk.tape;
    const from = printing ? 1 : heights.at(Math.max(0, y - beyond));
    const to = printing ? printed(desk).last : Math.min(total, heights.at(Math.max(0, y + innerHeight + beyond)));
    const { at, on, down } = this.scrolled;
    const ahead = on && begun - at < ON ? (move.leap ? 2 : 1) * (down ? PAGE : -PAGE) : 0;
    const sights = [heights.at(Math.max(0, y + stuck())), heights.at(Math.max(0, y + innerHeight))] as const;
    return { from, to, leap: move.leap, ahead, ...this.filled(inOrder(from, to, sights, move.down), move, printing) };
  }

  /** So long it took. */
  took({ fresh }: Drawn, milliseconds: number): void {
    this.quota.took(fresh, milliseconds);
  }

  private move(begun: number): Move {
    const frame = document.timeline.currentTime;
    if (Math.abs(scrollY - this.drawn) > innerHeight) this.leapt = frame;
    const down = scrollY >= this.drawn;
    if (scrollY !== this.drawn) {
      this.moved = frame;
      // a page that became shorter scrolls by itself
      const cut = !down && scrollY >= document.documentElement.scrollHeight - innerHeight - 1;
      if (!cut && Math.abs(scrollY - this.placing.own) > 1) this.scrolled = { at: begun, down, on: begun - this.scrolled.at < ON && down === this.scrolled.down };
    }
    this.drawn = scrollY;
    return { frame, leap: this.leapt === frame, moves: this.moved === frame, down };
  }

  /** Of these rows those that are drawn in full; who was stays it, and what is looked at never waits. */
  private filled(rows: Iterable<number>, { frame, leap, moves }: Move, printing: boolean): Pick<Drawn, "full" | "fresh" | "waiting"> {
    const { desk, heights, held } = this.placing;
    let left = leap ? 0 : this.quota.left(frame, moves ? LEAST.moving : LEAST.resting);
    let [fresh, waiting] = [0, false];
    const full = new Set<number>();
    for (const number of rows) {
      if (desk.tape.at(number) === undefined || heights.height(number) <= 0 || full.has(number)) continue;
      if (!printing && !this.full.has(number) && number !== desk.cursor.value && number !== held.event) {
        if (left < 1) {
          waiting = true;
          continue;
        }
        left -= 1;
        fresh += 1;
      }
      full.add(number);
    }
    this.full = full;
    return { full, fresh, waiting };
  }
}

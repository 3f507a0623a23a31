/** How many rows are drawn in full in one frame: as many as there is time for, by what the last ones took. */

/** Milliseconds of a frame for drawing rows: less than half of it. */
const TIME = 8;
const MOST = 16;
/** How much the newest rows say of what the next ones will take. */
const WEIGHT = 0.3;

export class Quota {
  private frame: unknown = null;
  private drawn = 0;
  /** Milliseconds that a row takes. */
  private each = 1;

  /** How many more may be drawn in the frame that bears this name, where so many may be in any case. */
  left(frame: unknown, least: number): number {
    if (frame !== this.frame) [this.frame, this.drawn] = [frame, 0];
    return Math.max(0, Math.max(least, Math.min(MOST, Math.floor(TIME / this.each))) - this.drawn);
  }

  /** So many were drawn, and took so long. */
  took(rows: number, milliseconds: number): void {
    if (rows < 1) return;
    this.drawn += rows;
    this.each += WEIGHT * (milliseconds / rows - this.each);
  }
}

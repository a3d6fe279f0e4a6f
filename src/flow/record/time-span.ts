/** First and last frame time of one file or of all, as seconds and nanoseconds; `frames` 0 = none yet. */
export class TimeSpan {
  frames = 0;
  firstSec = 0;
  firstNsec = 0;
  lastSec = 0;
  lastNsec = 0;

  include(sec: number, nsec: number): void {
    if (this.frames++ === 0) {
      this.firstSec = this.lastSec = sec;
      this.firstNsec = this.lastNsec = nsec;
    } else if (sec > this.lastSec || (sec === this.lastSec && nsec > this.lastNsec)) {
      this.lastSec = sec;
      this.lastNsec = nsec;
    } else if (sec < this.firstSec || (sec === this.firstSec && nsec < this.firstNsec)) {
      this.firstSec = sec;
      this.firstNsec = nsec;
    }
  }
}

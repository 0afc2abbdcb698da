import type { JSX } from "react";
import { clockTime, parseMoment } from "../../shared/time";
import type { StaffNote } from "../model";
import { RichText } from "../text/RichText";

/** Written for colleagues; looks unlike anything a customer sees. */
export function NoteLine({ note }: { note: StaffNote }): JSX.Element {
  const at = parseMoment(note.at);
  const kind = note.kind === "whisper" ? "班长提示" : "内部备注";
  return (
    <div className="note" data-testid="note" data-kind={note.kind}>
      <p className="line__head">
        <span className="line__who">
          {kind} · {note.by}
        </span>
        {at && <time dateTime={note.at}>{clockTime(at)}</time>}
        <span>客户看不到</span>
      </p>
      <p className="note__text">
        <RichText text={note.text} />
      </p>
    </div>
  );
}

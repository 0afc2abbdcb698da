import type { JSX } from "react";
import { Block } from "../conversations/blocks";
import type { Attachment } from "../model";

const KILOBYTE = 1024;

interface AttachmentsProps {
  number: string;
  attachments: readonly Attachment[];
}

/** Files with an order: pictures are shown, everything else is saved. */
export function Attachments({ number, attachments }: AttachmentsProps): JSX.Element | null {
  if (attachments.length === 0) return null;
  return (
    <Block title={`附件（${attachments.length}）`}>
      <ul className="attachments" data-testid="attachments">
        {attachments.map((attachment) => (
          <li key={attachment.sha256}>
            <AttachmentLink number={number} attachment={attachment} />
          </li>
        ))}
      </ul>
    </Block>
  );
}

function AttachmentLink(props: { number: string; attachment: Attachment }): JSX.Element {
  const { name, type, size, sha256 } = props.attachment;
  const address = `api/work-orders/${props.number}/attachments/${sha256}`;
  return (
    <a className="attachment" href={address} target="_blank" rel="noopener noreferrer">
      {type.startsWith("image/") && <img src={address} alt="" loading="lazy" />}
      <span>
        {name} · {Math.ceil(size / KILOBYTE)} KB
      </span>
    </a>
  );
}

import type { JSX } from "react";
import {
  atWords,
  type HandoffPacket,
  moodWords,
  readingWords,
  wantsWords,
  whoWords,
} from "../packet";
import { routeHash } from "../route";
import { Block, Fact, Steps } from "./blocks";

/** What the bot hands over: read from top to bottom, the agent can go on without asking again. */
export function PacketPanel({ packet }: { packet: HandoffPacket }): JSX.Element {
  const mood = moodWords(packet);
  return (
    <div data-testid="packet">
      <Block title="建议下一步">
        <p className="context__reason">{packet.next_step}</p>
      </Block>
      <Block title="转接时的情况">
        <dl className="facts">
          <Fact label="客户" value={whoWords(packet)} />
          <Fact label="诉求" value={wantsWords(packet)} />
          {mood && <Fact label="情绪" value={mood} />}
          <Fact label="排队" value={packet.rank} />
        </dl>
      </Block>
      <Drafts drafts={packet.drafts} />
      <Tried tried={packet.tried} />
      <Said packet={packet} />
      <Before before={packet.before ?? []} />
      <Similar similar={packet.similar} />
    </div>
  );
}

function Drafts({ drafts }: { drafts: HandoffPacket["drafts"] }): JSX.Element | null {
  if (drafts.length === 0) return null;
  return (
    <Block title="工单草稿">
      {drafts.map(({ title, filled, missing }) => (
        <dl key={title} className="facts">
          <Fact label="类型" value={title} />
          {filled.map(([label, value]) => (
            <Fact key={label} label={label} value={value} />
          ))}
          {missing.length > 0 && <Fact label="还缺" value={missing.join("、")} />}
        </dl>
      ))}
    </Block>
  );
}

function Tried({ tried }: { tried: HandoffPacket["tried"] }): JSX.Element {
  const now = new Date();
  return (
    <>
      {tried.map(({ title, state, started_at, steps, reading, read_at }) => (
        <Block key={started_at} title={`${title}：${state}`}>
          {reading && <p className="context__none">{readingWords(reading, read_at, now)}</p>}
          <Steps steps={steps.map((step) => ({ ...step, note: atWords(step.at, now) }))} />
        </Block>
      ))}
    </>
  );
}

function Said({ packet }: { packet: HandoffPacket }): JSX.Element {
  return (
    <>
      {packet.heard.length > 0 && (
        <Block title="说过的事">
          <Steps
            steps={packet.heard.map(({ matter, said }) => ({ question: matter, answer: said }))}
          />
        </Block>
      )}
      {packet.denied.length > 0 && (
        <Block title="客户否认或拒绝的">
          <Steps
            steps={packet.denied.map(({ asked, said }) => ({
              question: asked,
              answer: said || "拒绝",
            }))}
          />
        </Block>
      )}
    </>
  );
}

function Before({ before }: { before: NonNullable<HandoffPacket["before"]> }): JSX.Element | null {
  if (before.length === 0) return null;
  const now = new Date();
  return (
    <Block title="以前的人工服务">
      <Steps
        steps={before.map(({ at, agent, disposition, note }) => ({
          question: [atWords(at, now), agent, disposition].filter(Boolean).join(" · "),
          answer: note || "没有小结",
        }))}
      />
    </Block>
  );
}

function Similar({ similar }: { similar: HandoffPacket["similar"] }): JSX.Element | null {
  if (similar.length === 0) return null;
  return (
    <Block title="相似的已办结工单">
      <ul>
        {similar.map(({ number, about, result }) => (
          <li key={number}>
            <a className="context__order" href={routeHash({ page: "orders", number })}>
              <span className="mono">{number}</span>
              <span>{about}</span>
              {result && <span className="context__none">处理：{result}</span>}
            </a>
          </li>
        ))}
      </ul>
    </Block>
  );
}

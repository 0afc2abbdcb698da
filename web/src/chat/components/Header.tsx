import type { JSX } from "preact";
import { CloseIcon } from "../../shared/icons";
import type { Mode } from "../mode";
import type { ServiceState } from "../protocol";
import { Avatar } from "./Avatar";

interface HeaderProps {
  service: ServiceState;
  mode: Mode;
  onMode: (mode: Mode) => void;
  onClose?: () => void;
}

/** Who is serving the customer right now, and the customer's place in the queue. */
export function Header({ service, mode, onMode, onClose }: HeaderProps): JSX.Element {
  const human = service.state === "human";
  const title = human && service.agent ? `客服 ${service.agent}` : "小通 智能客服";
  return (
    <header class="header">
      <Avatar
        author={human ? "agent" : "bot"}
        {...(service.agent && { name: service.agent })}
        large
      />
      <div class="header__words">
        <h1 class="header__title">{title}</h1>
        <p
          class={`header__state header__state--${service.state}`}
          data-testid="state"
          role="status"
        >
          {stateWords(service)}
        </p>
      </div>
      {service.state === "bot" && (
        <button
          type="button"
          class="header__mode"
          data-testid="mode"
          aria-pressed={mode === "elderly"}
          onClick={() => onMode(mode === "elderly" ? "standard" : "elderly")}
        >
          {mode === "elderly" ? "标准版" : "长辈版"}
        </button>
      )}
      {onClose && (
        <button
          type="button"
          class="icon-button header__close"
          aria-label="关闭对话窗口"
          onClick={onClose}
        >
          <CloseIcon />
        </button>
      )}
    </header>
  );
}

function stateWords({ state, agent, position }: ServiceState): string {
  if (state === "human") return agent ? `人工客服 ${agent} 为您服务` : "人工客服为您服务";
  if (state === "bot") return "机器人服务中";
  return position ? `正在为您转接人工 · 排队第 ${position} 位` : "正在为您转接人工 · 排队中";
}

import { Drawer } from "antd";
import { type JSX, useContext } from "react";
import { Desk } from "../desk_context";
import { useFetched, useNow } from "../hooks";
import type { OrderChoices, OrderDetail } from "../model";
import { routeHash } from "../route";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import { OrderChip } from "../text/OrderChip";
import { OrderActions } from "./OrderActions";
import { OrderSheet } from "./OrderSheet";

interface OrderDrawerProps {
  number: string;
  choices: OrderChoices | null;
}

/** One work order in front of the board: what it is about, and what can be done now. */
export function OrderDrawer({ number, choices }: OrderDrawerProps): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched(number, [`order:${number}`], () =>
    api.order(number),
  );
  const now = useNow();
  const close = () => {
    location.hash = routeHash({ page: "orders", number: null });
  };
  return (
    <Drawer
      open
      size={680}
      title={<OrderChip number={number} />}
      aria-label={`工单 ${number}`}
      onClose={close}
    >
      <div data-testid="order">
        {problem && <Problem words={problem} onRetry={refetch} />}
        {!data && !problem && <Loading what="工单" rows={8} />}
        {data && (
          <OrderSheet order={data.order} now={now} team={teamName(data.order, choices)}>
            <OrderActions order={data.order} choices={choices} />
          </OrderSheet>
        )}
      </div>
    </Drawer>
  );
}

function teamName({ team }: OrderDetail, choices: OrderChoices | null): string {
  return choices?.teams.find(({ code }) => code === team)?.name ?? team ?? "";
}

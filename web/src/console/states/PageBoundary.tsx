import { Button, Result } from "antd";
import { Component, type ReactNode } from "react";

interface PageBoundaryProps {
  children: ReactNode;
}

/** What a page could not show (a bug, or a piece that a new version has replaced) ends here. */
export class PageBoundary extends Component<PageBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    console.error("a page failed", error);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Result
        status="warning"
        title="这个页面没能显示"
        subTitle="可能是系统刚刚更新。刷新后可以继续，没有发出的内容请先复制。"
        extra={
          <Button type="primary" onClick={() => location.reload()}>
            刷新页面
          </Button>
        }
      />
    );
  }
}

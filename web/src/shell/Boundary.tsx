import { Component, type ReactNode } from "react";
import { ProblemNote } from "../api/ProblemNote";

/** Keeps a view that cannot show an answer from taking the whole page with it: what went wrong is said in its place. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error ? <ProblemNote error={this.state.error} retry={() => this.setState({ error: null })} /> : this.props.children;
  }
}

import {
  type Attributes,
  type Histogram,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import { currentSpan, runInSpan } from "../log/trace.ts";
import { contextOf, spanOf } from "./context.ts";
import { ERROR_TYPE, OUTCOME } from "./names.ts";

export interface ServerSpan<Result> {
  readonly title: string;
  readonly attributes: Attributes;
  /** Measures how long it took, with all attributes except the outcome. */
  readonly duration: Histogram;
  /** The attributes that the end adds. */
  describe(end: { readonly result: Result } | { readonly thrown: unknown }): Attributes;
}

/** Runs work in a server span below the caller's own. */
export interface ServerSpans {
  run<Result, T extends Result>(span: ServerSpan<Result>, work: () => Promise<T>): Promise<T>;
  /** Adds the outcome to the span that is running around this. */
  note(outcome: string): void;
}

export function createServerSpans(tracer: Tracer): ServerSpans {
  const running = new Map<string, Span>();
  return {
    note(outcome) {
      running.get(currentSpan()?.spanId ?? "")?.setAttribute(OUTCOME, outcome);
    },
    async run({ title, attributes, duration, describe }, work) {
      const span = tracer.startSpan(title, { kind: SpanKind.SERVER, attributes }, contextOf(callersSpan()));
      const own = spanOf(span);
      const started = performance.now();
      const end = (added: Attributes) => {
        running.delete(own.spanId);
        for (const [name, value] of Object.entries(added))
          if (value !== undefined) span.setAttribute(name, value);
        if (ERROR_TYPE in added) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
        const { [OUTCOME]: _outcome, ...measured } = { ...attributes, ...added };
        duration.record((performance.now() - started) / 1000, measured);
      };
      running.set(own.spanId, span);
      try {
        const result = await runInSpan(own, work);
        end(describe({ result }));
        return result;
      } catch (thrown) {
        end(describe({ thrown }));
        throw thrown;
      }
    },
  };
}

function callersSpan() {
  const span = currentSpan();
  return span?.parentId === undefined ? undefined : { span, spanId: span.parentId };
}

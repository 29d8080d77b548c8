/** A secret that a person types on the page, outside the model. */
export interface AskedField {
  /** The key of the typed value: `okta_api_token`, or `headers.Authorization` for an entry of a map. */
  readonly at: string;
  /** The tenant's name for it, else its key. */
  readonly label: string;
  readonly help?: string;
  /** The allowed values of a choice. */
  readonly options?: readonly string[];
  /** Whether it may have several lines, as a private key does. */
  readonly hasLines: boolean;
}

/** What a run may know about the page. */
export interface PageAccess {
  /** Why nobody can be asked on it, to complete a sentence; undefined if somebody can. */
  readonly off?: string | undefined;
  /** What a person typed, keyed by `AskedField.at`; present only in the run that the page itself starts. */
  readonly typed?: ReadonlyMap<string, string>;
}

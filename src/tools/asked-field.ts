/** A secret that a person types on the page, outside the model. */
export interface AskedField {
  /** Under which what is typed comes back: `okta_api_token`, or `headers.Authorization` for an entry of a map. */
  readonly at: string;
  /** As the tenant calls it, else its key. */
  readonly label: string;
  readonly help?: string;
  /** The values that a choice takes. */
  readonly options?: readonly string[];
  /** Whether it may have several lines, as a private key has. */
  readonly hasLines: boolean;
}

/** What a run may count on of the page. */
export interface PageAccess {
  /** Why nobody can be asked on it, to complete a sentence; undefined when somebody can. */
  readonly off?: string | undefined;
  /** What a person typed, by `AskedField.at`; only in the run that the page itself starts. */
  readonly typed?: ReadonlyMap<string, string>;
}

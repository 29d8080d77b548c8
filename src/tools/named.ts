/** Something with an id, and what tells a person which thing it is. */
export interface Named {
  readonly id: string;
  /** The tenant's name for it; absent if it could not be read. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** A remark of ours. */
  readonly note?: string | undefined;
}

/** An object that already exists in the tenant. */
export interface Existing extends Named {
  /** Includes its id, for a list of candidates. */
  readonly label: string;
  readonly createdAt?: string;
}

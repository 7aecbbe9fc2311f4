/** What a filter must know of an attribute to compare it (RFC 7643 section 2.2). */
export interface AttributeRules {
  /** The name as it is written: attribute names are compared without case. */
  readonly name: string;
  readonly type: 'string' | 'integer' | 'dateTime';
  /** Whether `A` and `a` differ. Where they do not, texts are compared by their fold. */
  readonly caseExact: boolean;
  /** Whether numbers written as texts are ordered as numbers: ids. */
  readonly numeric?: boolean;
  /** Reads the words that stand for a value; what it does not know comes back as it is. */
  readonly read?: (text: string) => string;
  /** All values that there can be, in the form in which they are kept; absent where any text is one. */
  readonly values?: readonly string[];
  /** What people write for those values, where that is not the value. */
  readonly words?: readonly string[];
}

/** The attributes that a filter may name, by their path: `meta.created`. */
export interface Schema {
  readonly urn: string;
  readonly attributes: readonly AttributeRules[];
  /** Attributes that have sub-attributes, or several values with the sub-attribute `value`. */
  readonly complex: readonly string[];
  readonly multiValued: readonly string[];
  /** What is there, and that nobody may ask about. */
  readonly secret: readonly string[];
}

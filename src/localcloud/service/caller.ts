/** Who sent a request, as far as anybody wants to know. */
export interface Caller {
  /** It is proved that the user sent it whose stand-in this is: it is signed with the stand-in's own key. */
  isUser: boolean;
}

export const anybody: Caller = { isUser: false };

/**
 * Whether a reviewed line of Ash says that people were called. The guard of `SafeMessaging` judges words nobody reviewed and
 * is stricter than any reviewed line could be; what reviewed lines owe is this one truth.
 */
export const claimsCall = (text: string): boolean =>
  /\b(?:has|have|had|was|were) (?:just |already )?(?:been )?(?:called|told|alerted|notified|informed|pinged|reached)\b/iu.test(
    text
  )

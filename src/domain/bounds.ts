/** Most characters of a text nothing bounds more narrowly, over every transport. Longer ones count as the wrong type over REST. */
export const maxTextCharacters = 4096;

/** The largest integer that the `Int` of GraphQL and an integer column of the databases both hold. */
export const maxInteger = 2_147_483_647;

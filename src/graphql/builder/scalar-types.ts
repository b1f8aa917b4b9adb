/** The types that scalars have in resolvers. */
export type Scalars = {
  ID: { Input: string; Output: string };
  DateTime: { Input: Date; Output: Date };
  EmailAddress: { Input: string; Output: string };
  PhoneNumber: { Input: string; Output: string };
  DataUri: { Input: string; Output: string };
  JSONObject: { Input: object; Output: object };
};

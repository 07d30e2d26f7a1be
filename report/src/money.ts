// Amounts in the reporting asset, at the places that suit the size of the account.
import * as format from "./format";

let places = 2;

/** Set once, from the page's data. */
export function setMoneyPlaces(value: number, initialEquity: number): void {
  places = Math.abs(initialEquity) >= 100 ? 2 : value;
}

export function money(value: number | null): string {
  return format.decimal(value, places);
}

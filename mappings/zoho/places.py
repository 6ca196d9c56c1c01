"""States by the codes that tax is told with: the store writes out their names, Zoho and the settings know letters."""

from __future__ import annotations

from collections.abc import Mapping

_US = (
    "AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware, "
    "DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, "
    "KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, "
    "MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, "
    "NM New Mexico, NY New York, NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, "
    "PA Pennsylvania, PR Puerto Rico, RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, "
    "UT Utah, VT Vermont, VA Virginia, WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming"
)
_CA = (
    "AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador, "
    "NT Northwest Territories, NS Nova Scotia, NU Nunavut, ON Ontario, PE Prince Edward Island, QC Quebec, "
    "SK Saskatchewan, YT Yukon"
)
# as the tax office abbreviates them since 2014, not ISO 3166: AD, CG, OD, TS, UK
_IN = (
    "AN Andaman and Nicobar Islands, AD Andhra Pradesh, AR Arunachal Pradesh, AS Assam, BR Bihar, CH Chandigarh, "
    "CG Chhattisgarh, DN Dadra and Nagar Haveli and Daman and Diu, DL Delhi, GA Goa, GJ Gujarat, HR Haryana, "
    "HP Himachal Pradesh, JK Jammu and Kashmir, JH Jharkhand, KA Karnataka, KL Kerala, LA Ladakh, LD Lakshadweep, "
    "MP Madhya Pradesh, MH Maharashtra, MN Manipur, ML Meghalaya, MZ Mizoram, NL Nagaland, OD Odisha, "
    "PY Puducherry, PB Punjab, RJ Rajasthan, SK Sikkim, TN Tamil Nadu, TS Telangana, TR Tripura, "
    "UP Uttar Pradesh, UK Uttarakhand, WB West Bengal"
)
_AE = (
    "AB Abu Dhabi, AJ Ajman, DU Dubai, FU Fujairah, RA Ras al-Khaimah, SH Sharjah, UM Umm al-Quwain, "
    "AB Abu Zabi, SH Ash Shariqah"
)
# of the countries with an edition of their own, as organizations of Zoho name them
_COUNTRIES = (
    "US USA, US United States, US United States of America, CA Canada, GB United Kingdom, IN India, AU Australia, "
    "AE United Arab Emirates, SA Saudi Arabia, BH Bahrain, KW Kuwait, OM Oman, QA Qatar, AT Austria, BE Belgium, "
    "BG Bulgaria, HR Croatia, CY Cyprus, CZ Czech Republic, CZ Czechia, DK Denmark, EE Estonia, FI Finland, FR France, "
    "DE Germany, GR Greece, HU Hungary, IE Ireland, IT Italy, LV Latvia, LT Lithuania, LU Luxembourg, MT Malta, "
    "NL Netherlands, PL Poland, PT Portugal, RO Romania, SK Slovakia, SI Slovenia, ES Spain, SE Sweden"
)


def _by_name(table: str) -> dict[str, str]:
    rows = (row.partition(" ") for row in table.split(", "))
    return {_plain(name): code for code, _, name in rows}


def _plain(name: str) -> str:
    """`Ras Al Khaimah`, `Jammu & Kashmir`: words alone, however they are joined."""
    words = name.casefold().replace("&", " and ").replace("-", " ").replace("\u00e9", "e").split()
    return " ".join(words)


STATES: Mapping[str, Mapping[str, str]] = {
    "US": _by_name(_US),
    "CA": _by_name(_CA),
    "IN": _by_name(_IN),
    "AE": _by_name(_AE),
}


def state_code(country: str, state: str) -> str:
    """The code of a state that may be written out or a code already; "" where nobody knows it."""
    known = STATES.get(country, {})
    return state.strip().upper() if state.strip().upper() in known.values() else known.get(_plain(state), "")


_CODES = _by_name(_COUNTRIES)


def country_code(name: str) -> str:
    """The ISO code of a country that has an edition of its own ("U.S.A"), "" of any other."""
    return _CODES.get(_plain(name.replace(".", "")), "")

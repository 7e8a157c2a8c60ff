"""Country names as lists write them, with the ICAO 9303 code each one means.

Knows:    ISO 3166-1 alpha-2 and alpha-3, the exceptions of ICAO 9303 part 3 section 5, usual English names.
Told:     nothing; this is data.
Answers:  one line per country: ICAO code, ISO alpha-2 (`-` where there is none), names divided by a bar.
Trusted:  yes: a wrong row here gives a person a wrong nationality.

Germany is D in a machine-readable zone and DEU in ISO 3166; notices carry the three-letter form.
"""

from __future__ import annotations

from typing import Final

COUNTRY_ROWS: Final = """
AFG AF Afghanistan|Islamic Republic of Afghanistan
ALB AL Albania
DZA DZ Algeria
AND AD Andorra
AGO AO Angola
ATG AG Antigua and Barbuda
ARG AR Argentina
ARM AM Armenia
ABW AW Aruba
AUS AU Australia
AUT AT Austria
AZE AZ Azerbaijan
BHS BS Bahamas|Bahamas, The|The Bahamas
BHR BH Bahrain
BGD BD Bangladesh
BRB BB Barbados
BLR BY Belarus
BEL BE Belgium
BLZ BZ Belize
BEN BJ Benin
BMU BM Bermuda
BTN BT Bhutan
BOL BO Bolivia|Bolivia (Plurinational State of)
BIH BA Bosnia and Herzegovina|Bosnia
BWA BW Botswana
BRA BR Brazil
BRN BN Brunei|Brunei Darussalam
BGR BG Bulgaria
BFA BF Burkina Faso
BDI BI Burundi
KHM KH Cambodia
CMR CM Cameroon
CAN CA Canada
CPV CV Cabo Verde|Cape Verde|Cabo Verde. Previously Cape Verde.
CYM KY Cayman Islands
CAF CF Central African Republic
TCD TD Chad
CHL CL Chile
CHN CN China|People's Republic of China
COL CO Colombia
COM KM Comoros
COG CG Congo|Congo, Republic of the|Republic of the Congo
COD CD Democratic Republic of the Congo|Congo, Democratic Republic of the|DRC
CRI CR Costa Rica
CIV CI Cote d Ivoire|Cote d'Ivoire|Côte d'Ivoire|Ivory Coast
HRV HR Croatia
CUB CU Cuba
CYP CY Cyprus
CZE CZ Czech Republic|Czechia
DNK DK Denmark
DJI DJ Djibouti
DMA DM Dominica
DOM DO Dominican Republic
ECU EC Ecuador
EGY EG Egypt
SLV SV El Salvador
GNQ GQ Equatorial Guinea
ERI ER Eritrea
EST EE Estonia
SWZ SZ Eswatini|Swaziland
ETH ET Ethiopia
FJI FJ Fiji
FIN FI Finland
FRA FR France
GAB GA Gabon
GMB GM Gambia|The Gambia|Gambia, The
GEO GE Georgia
DEU DE Germany|Federal Republic of Germany
GHA GH Ghana
GIB GI Gibraltar
GRC GR Greece
GRD GD Grenada
GTM GT Guatemala
GGY GG Guernsey
GIN GN Guinea
GNB GW Guinea-Bissau
GUY GY Guyana
HTI HT Haiti
VAT VA Holy See|Vatican City
HND HN Honduras
HKG HK Hong Kong|China, Hong Kong Special Administrative Region
HUN HU Hungary
ISL IS Iceland
IND IN India
IDN ID Indonesia
IRN IR Iran|Iran (Islamic Republic of)|Islamic Republic of Iran
IRQ IQ Iraq
IRL IE Ireland
IMN IM Isle of Man|Man, Isle of
ISR IL Israel
ITA IT Italy
JAM JM Jamaica
JPN JP Japan
JEY JE Jersey
JOR JO Jordan
KAZ KZ Kazakhstan
KEN KE Kenya
KIR KI Kiribati
PRK KP Korea, North|North Korea|Democratic People's Republic of Korea|DPRK
KOR KR Korea, South|South Korea|Republic of Korea
RKS XK Kosovo
KWT KW Kuwait
KGZ KG Kyrgyzstan|Kyrgyz Republic
LAO LA Laos|Lao People's Democratic Republic
LVA LV Latvia
LBN LB Lebanon
LSO LS Lesotho
LBR LR Liberia
LBY LY Libya|Libyan Arab Jamahiriya|State of Libya
LIE LI Liechtenstein
LTU LT Lithuania
LUX LU Luxembourg
MAC MO Macau|Macao
MDG MG Madagascar
MWI MW Malawi
MYS MY Malaysia
MDV MV Maldives
MLI ML Mali
MLT MT Malta
MHL MH Marshall Islands
MRT MR Mauritania
MUS MU Mauritius
MEX MX Mexico
FSM FM Micronesia|Micronesia (Federated States of)
MDA MD Moldova|Republic of Moldova
MCO MC Monaco
MNG MN Mongolia
MNE ME Montenegro
MAR MA Morocco
MOZ MZ Mozambique
MMR MM Myanmar|Burma
NAM NA Namibia
NRU NR Nauru
NPL NP Nepal
NLD NL Netherlands|The Netherlands|Netherlands (Kingdom of the)
ANT AN Netherlands Antilles
NZL NZ New Zealand
NIC NI Nicaragua
NER NE Niger
NGA NG Nigeria
MKD MK North Macedonia|North Macedonia, The Republic of|Macedonia, The Former Yugoslav Republic of|Macedonia
NOR NO Norway
OMN OM Oman
PAK PK Pakistan
PLW PW Palau
PSE PS State of Palestine|Palestinian|Palestine|Palestinian Authority|West Bank|Region: Gaza|Gaza
PAN PA Panama
PNG PG Papua New Guinea
PRY PY Paraguay
PER PE Peru
PHL PH Philippines
POL PL Poland
PRT PT Portugal
PRI PR Puerto Rico
QAT QA Qatar
ROU RO Romania
RUS RU Russian Federation|Russia
RWA RW Rwanda
KNA KN Saint Kitts and Nevis
LCA LC Saint Lucia
VCT VC Saint Vincent and the Grenadines
WSM WS Samoa
SMR SM San Marino
STP ST Sao Tome and Principe
SAU SA Saudi Arabia
SEN SN Senegal
SRB RS Serbia
SYC SC Seychelles
SLE SL Sierra Leone
SGP SG Singapore
SVK SK Slovakia
SVN SI Slovenia
SLB SB Solomon Islands
SOM SO Somalia
ZAF ZA South Africa
SSD SS South Sudan
ESP ES Spain
LKA LK Sri Lanka
SDN SD Sudan
SUR SR Suriname
SWE SE Sweden
CHE CH Switzerland
SYR SY Syrian Arab Republic|Syria
TWN TW Taiwan
TJK TJ Tajikistan
TZA TZ United Republic of Tanzania|Tanzania
THA TH Thailand
TLS TL Timor-Leste
TGO TG Togo
TON TO Tonga
TTO TT Trinidad and Tobago
TUN TN Tunisia
TUR TR Türkiye|Turkey|Turkiye
TKM TM Turkmenistan
TUV TV Tuvalu
UGA UG Uganda
UKR UA Ukraine
ARE AE United Arab Emirates|UAE
GBR GB United Kingdom of Great Britain and Northern Ireland|United Kingdom|U.K.
USA US United States of America|United States
URY UY Uruguay
UZB UZ Uzbekistan
VUT VU Vanuatu
VEN VE Venezuela|Venezuela (Bolivarian Republic of)
VNM VN Viet Nam|Vietnam
VGB VG British Virgin Islands|Virgin Islands, British
YEM YE Yemen
ZMB ZM Zambia
ZWE ZW Zimbabwe
XXA - Stateless|stateless person
AIA AI Anguilla
ALA AX Åland Islands|Aland Islands
ASM AS American Samoa
ATF TF French Southern Territories
BES BQ Bonaire, Sint Eustatius and Saba
BLM BL Saint Barthélemy|Saint Barthelemy
BVT BV Bouvet Island
CCK CC Cocos (Keeling) Islands
COK CK Cook Islands
CUW CW Curaçao|Curacao
CXR CX Christmas Island
ESH EH Western Sahara
FLK FK Falkland Islands (Malvinas)|Falkland Islands
FRO FO Faroe Islands
GLP GP Guadeloupe
GRL GL Greenland
GUF GF French Guiana
GUM GU Guam
HMD HM Heard Island and McDonald Islands
IOT IO British Indian Ocean Territory
MAF MF Saint Martin (French part)
MNP MP Northern Mariana Islands
MSR MS Montserrat
MTQ MQ Martinique
MYT YT Mayotte
NCL NC New Caledonia
NFK NF Norfolk Island
NIU NU Niue
PCN PN Pitcairn
PYF PF French Polynesia
REU RE Réunion
SGS GS South Georgia and the South Sandwich Islands
SHN SH Saint Helena, Ascension and Tristan da Cunha
SJM SJ Svalbard and Jan Mayen
SPM PM Saint Pierre and Miquelon
SXM SX Sint Maarten (Dutch part)|Sint Maarten
TCA TC Turks and Caicos Islands
TKL TK Tokelau
UMI UM United States Minor Outlying Islands
VIR VI United States Virgin Islands|Virgin Islands, U.S.
WLF WF Wallis and Futuna
"""

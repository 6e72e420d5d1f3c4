"""States, provinces and counties that an address names, as each country's post writes them."""

US_STATES = dict(
    entry.split(":")
    for entry in (
        "AL:Alabama AK:Alaska AZ:Arizona AR:Arkansas CA:California CO:Colorado CT:Connecticut DE:Delaware "
        "DC:District_of_Columbia FL:Florida GA:Georgia HI:Hawaii ID:Idaho IL:Illinois IN:Indiana IA:Iowa KS:Kansas "
        "KY:Kentucky LA:Louisiana ME:Maine MD:Maryland MA:Massachusetts MI:Michigan MN:Minnesota MS:Mississippi "
        "MO:Missouri MT:Montana NE:Nebraska NV:Nevada NH:New_Hampshire NJ:New_Jersey NM:New_Mexico NY:New_York "
        "NC:North_Carolina ND:North_Dakota OH:Ohio OK:Oklahoma OR:Oregon PA:Pennsylvania RI:Rhode_Island "
        "SC:South_Carolina SD:South_Dakota TN:Tennessee TX:Texas UT:Utah VT:Vermont VA:Virginia WA:Washington "
        "WV:West_Virginia WI:Wisconsin WY:Wyoming AS:American_Samoa GU:Guam MP:Northern_Mariana_Islands "
        "PR:Puerto_Rico VI:U.S._Virgin_Islands AA:Armed_Forces_Americas AE:Armed_Forces_Europe AP:Armed_Forces_Pacific"
    ).split()
)

IT_PROVINCES = dict(
    entry.split(":")
    for entry in (
        "AG:Agrigento AL:Alessandria AN:Ancona AO:Aosta AR:Arezzo AP:Ascoli_Piceno AT:Asti AV:Avellino BA:Bari "
        "BT:Barletta-Andria-Trani BL:Belluno BN:Benevento BG:Bergamo BI:Biella BO:Bologna BZ:Bolzano BS:Brescia "
        "BR:Brindisi CA:Cagliari CL:Caltanissetta CB:Campobasso CE:Caserta CT:Catania CZ:Catanzaro CH:Chieti CO:Como "
        "CS:Cosenza CR:Cremona KR:Crotone CN:Cuneo EN:Enna FM:Fermo FE:Ferrara FI:Firenze FG:Foggia FC:Forlì-Cesena "
        "FR:Frosinone GE:Genova GO:Gorizia GR:Grosseto IM:Imperia IS:Isernia AQ:L’Aquila SP:La_Spezia LT:Latina "
        "LE:Lecce LC:Lecco LI:Livorno LO:Lodi LU:Lucca MC:Macerata MN:Mantova MS:Massa-Carrara MT:Matera ME:Messina "
        "MI:Milano MO:Modena MB:Monza_e_Brianza NA:Napoli NO:Novara NU:Nuoro OR:Oristano PD:Padova PA:Palermo "
        "PR:Parma PV:Pavia PG:Perugia PU:Pesaro_e_Urbino PE:Pescara PC:Piacenza PI:Pisa PT:Pistoia PN:Pordenone "
        "PZ:Potenza PO:Prato RG:Ragusa RA:Ravenna RC:Reggio_Calabria RE:Reggio_Emilia RI:Rieti RN:Rimini RM:Roma "
        "RO:Rovigo SA:Salerno SS:Sassari SV:Savona SI:Siena SR:Siracusa SO:Sondrio SU:Sud_Sardegna TA:Taranto "
        "TE:Teramo TR:Terni TO:Torino TP:Trapani TN:Trento TV:Treviso TS:Trieste UD:Udine VA:Varese VE:Venezia "
        "VB:Verbano-Cusio-Ossola VC:Vercelli VR:Verona VV:Vibo_Valentia VI:Vicenza VT:Viterbo"
    ).split()
)

# In the order of the first two digits of their postcodes: 01 is Álava, 52 Melilla.
ES_PROVINCES = (
    "Álava Albacete Alicante Almería Ávila Badajoz Baleares Barcelona Burgos Cáceres Cádiz Castellón Ciudad_Real "
    "Córdoba A_Coruña Cuenca Girona Granada Guadalajara Gipuzkoa Huelva Huesca Jaén León Lleida La_Rioja Lugo Madrid "
    "Málaga Murcia Navarra Ourense Asturias Palencia Las_Palmas Pontevedra Salamanca Santa_Cruz_de_Tenerife Cantabria "
    "Segovia Sevilla Soria Tarragona Teruel Toledo Valencia Valladolid Bizkaia Zamora Zaragoza Ceuta Melilla"
).split()

IE_COUNTIES = (
    "Carlow Cavan Clare Cork Donegal Dublin Galway Kerry Kildare Kilkenny Laois Leitrim Limerick Longford Louth Mayo "
    "Meath Monaghan Offaly Roscommon Sligo Tipperary Waterford Westmeath Wexford Wicklow"
).split()


def _spaced(name: str) -> str:
    return name.replace("_", " ")


# What is stored, and how people read it.
REGIONS: dict[str, dict[str, str]] = {
    "US": {code: _spaced(name) for code, name in US_STATES.items()},
    "IT": {code: f"{_spaced(name)} ({code})" for code, name in IT_PROVINCES.items()},
    "ES": {_spaced(name): _spaced(name) for name in ES_PROVINCES},
    "IE": {name: f"Co. {name}" for name in IE_COUNTIES},
}


def spanish_province(postcode: str) -> str:
    """Return the province that a Spanish postcode lies in: its first two digits name it."""
    return _spaced(ES_PROVINCES[int(postcode[:2]) - 1])

# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Which two-letter code of a certificate belongs to which three-letter code of a machine readable zone.

ISO 3166-1, and the codes that ICAO 9303-3, section 5, adds for Germany and for organisations. Some states issue under
another's code or under several; for those each code that is in use fits.
"""

from __future__ import annotations

_ISO_3166 = (
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE "
    "BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS "
    "BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN "
    "COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST "
    "EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF "
    "GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD "
    "HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM "
    "JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA "
    "LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD "
    "MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM "
    "NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG "
    "PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA "
    "SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD "
    "STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON "
    "TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR "
    "VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE "
)

_ALPHA_3: dict[str, frozenset[str]] = {pair[:2]: frozenset({pair[2:]}) for pair in _ISO_3166.split()} | {
    "DE": frozenset({"D", "DEU"}),
    "GB": frozenset({"GBR", "GBD", "GBN", "GBO", "GBP", "GBS"}),
    "HK": frozenset({"CHN", "HKG"}),
    "MO": frozenset({"CHN", "MAC"}),
    "CN": frozenset({"CHN"}),
    "EU": frozenset({"EUE"}),
    "UN": frozenset({"UNO", "UNA", "UNK"}),
    "KS": frozenset({"RKS", "UNK"}),
    "XK": frozenset({"RKS", "XKX", "UNK"}),
    "XO": frozenset({"XOM"}),
    "ZZ": frozenset({"UNO", "UNA"}),
    "XP": frozenset({"XPO"}),
}


def fits(certificate_country: str, issuing_state: str) -> bool | None:
    """Return whether a certificate's country issues documents of an MRZ's issuing state; None where it is not known."""
    known = _ALPHA_3.get(certificate_country.upper())
    return None if known is None else issuing_state.replace("<", "").upper() in known

/**
 * Danish words that compounds are made of, in any one of their forms: what compounds of a title may be cut into, beside
 * the words the catalogue itself knows. Short words that end others by chance (`art`, `ting`, `ret`) are left out where
 * they would cut words that are no compounds.
 */
export const COMPOUNDING: readonly string[] = `
bog barn mand kvinde pige dreng menneske folk familie far mor bror søster datter søn bedste forældre baby barndom ungdom
alder alderdom liv død fødsel bryllup ægteskab skilsmisse kærlighed venskab ven fjende nabo gæst elev lærer skole klasse
børnehave vuggestue gymnasium universitet uddannelse undervisning eksamen studie fag lære lærebog ordbog kogebog grundbog
håndbog leksikon opslag atlas kort guide rejse ferie turist tur vandre vandring bjerg dal skov mark eng hede mose sø hav
strand kyst vand flod bæk bro havn skib båd sejl sejlads fisk fiskeri fugl dyr hund kat hest ko svin gris får ged høne and
gås mus rotte kanin hare ræv ulv bjørn elefant løve tiger abe slange krybdyr padde frø insekt sommerfugl edderkop myre
dinosaur drage trold nisse heks trylle troldmand spøgelse vampyr monster kæmpe dværg elver fe prins prinsesse konge
dronning kejser ridder slot borg rige adel greve baron herre herred gård landmand landbrug bonde landsby by stad stat
land kommune region verden jord måne sol stjerne planet rum rumfart himmel vejr vind storm regn sne frost klima miljø
natur energi strøm kraft olie gas kul vindmølle atom kerne stråling fysik kemi biologi matematik regne geometri statistik
astronomi geologi medicin læge sygdom syg sygehus hospital sundhed pleje sygepleje tand øjen øre hjerte hjerne mave ryg
ben arm hånd fod hoved hår hud blod muskel knogle krop sjæl ånd psyke psykologi psykiatri terapi angst stress depression
søvn drøm tanke følelse lykke sorg glæde vrede had skyld skam håb tro tvivl sandhed løgn hemmelighed gåde mysterie
mord drab krimi kriminal politi detektiv betjent tyv røver bande fængsel fange straf dom dommer advokat jura lov
retsvæsen forbryder forbrydelse terror spion agent hemmelig efterretning krig fred kamp slag soldat hær flåde fly våben
kanon sværd bombe modstand besættelse frihed flugt flygtning udvandrer indvandrer koloni slave slaveri revolution oprør
historie historisk fortid nutid fremtid oldtid middelalder stenalder bronze bronzealder jernalder jern viking vikingetid
renæssance tidsalder århundrede årbog kalender dagbog erindring minde biografi brev digt lyrik poesi roman novelle
eventyr sagn myte saga fabel fortælling gys uhygge spænding thriller humor satire vittighed tegneserie tegne tegning maleri
male billede foto fotografi film biograf teater drama skuespil komedie tragedie opera ballet dans musik sang vise salme
kor orkester klaver guitar violin fløjte tromme rock pop jazz blues folkemusik plade lyd lydbog radio fjernsyn avis blad
tidsskrift magasin nyhed journalist medie internet computer data program programmering spil skak kort brætspil rolle
leg legetøj dukke bamse bold fodbold håndbold tennis golf løb cykel cykling svømning gymnastik idræt sport ridning ride
jagt jæger have haveblomst blomst rose plante træ busk urt krydderi frugt æble pære bær grøntsag kartoffel svamp korn
brød kage bage bager kok mad køkken vegetar fiske kød ost mælk smør sukker chokolade vin øl kaffe te drik
restaurant kro hotel hus hjem bolig lejlighed værelse stue kælder loft tag dør vindue væg gulv møbel stol bord seng lampe
bygge byggeri bygning arkitekt arkitektur håndværk håndarbejde strikke strik hækle sy syning broderi væve garn uld stof
tøj mode kjole sko hat kostume smykke guld sølv sten glas ler keramik papir pap træarbejde snedker tømrer murer smed
værktøj maskine motor bil motorcykel tog jernbane bane station bus lastbil vej gade plads torv park kirke kloster præst
biskop pave gud gude gudinde kristen kristendom jøde jødedom islam muslim buddha religion bibel koran bøn engel djævel
helgen jul påske pinse fest fødselsdag julekalender advent nytår sommer vinter forår efterår dag nat morgen aften time
minut sekund uge måned år tid evighed ur arbejde arbejder fagforening løn penge bank økonomi handel købmand butik marked
vare kunde firma virksomhed ledelse leder chef direktør organisation forening klub parti politik politiker valg folketing
regering minister demokrati diktatur fascisme nazisme kommunisme socialisme liberalisme samfund social sociologi kultur
kunst kunstner museum samling udstilling sprog dansk engelsk tysk fransk svensk norsk ord grammatik skrift skrive
skriver skrivning bogstav alfabet tal tælle læse læsning stavning sætning tale taler samtale debat svar spørgsmål
filosofi etik moral logik viden videnskab forskning forsker opdagelse opfindelse opfinder ekspedition pol nord syd øst
vest europa afrika asien amerika grønland island færø jylland fyn sjælland bornholm københavn danmark sverige norge
tyskland england frankrig rusland kina japan indien skat skatte sørøver pirat ø øde grotte hule vulkan jordskælv
katastrofe ulykke brand ild røg aske is lys mørke skygge farve rød grøn blå gul sort hvid grå brun stor lille lang
høj lav ny gammel ung fri smuk vild tam stærk svag hurtig langsom varm kold tør våd blød hård let tung dyb flad
rund firkant trekant cirkel linje punkt mønster form model teori metode system struktur proces udvikling forandring
vækst plan projekt opgave prøve test regel norm rettighed pligt ansvar magt myndighed forvaltning service omsorg hjælp
støtte rådgivning råd vejledning vejleder begynder øvelse øve træning træner spiller hold mester mesterskab rekord
præmie sejr nederlag helt heltinde skurk figur person navn slægt stamtræ ane arv gave kærlig elsker elskerinde kys sex
seksualitet krops graviditet gravid føde amning spæd tvilling adoption plejebarn opdragelse forælder skilt enke ældre
pension olde handicap blind døv ord blind stum allergi diabetes kræft smerte feber virus bakterie vaccine gift medicin
apotek piller alkohol narko misbrug ryge kost vægt slank motion yoga meditation massage healing astrologi tarot magi
trolddom overtro ufo robot maskinmenneske tidsmaskine rejsefører rejsebog fører højskole efterskole kollegium student
lovgivning grundlov traktat union told grænse hovedstad storby provins forstad kvarter boligblok villa sommerhus telt
lejr spejder spejderbog ridse pil bue spyd skjold rustning hjelm krone kron trone scepter krig skyttegrav ubåd panser tank
general kaptajn matros sømand fyr fyrtårn kyst vrag dykker dykning hval haj delfin sæl pingvin torsk laks sild ål krabbe
muslinge koral tang sand klit mose kær tørv fjeld is gletsjer snemand ski skøjte kælk slæde husky elg hjort rå
vildsvin grævling egern pindsvin muldvarp flagermus ugle ørn falk høg due krage ravn skade stær solsort svale stork svane
kylling hane kalkun papegøje marsvin hamster guldfisk akvarie terrarie zoo cirkus klovn tryllekunst akrobat løvetæmmer
linedanser teltmager tømmer savværk mølle møller bageri slagter smedje værft fabrik industri produktion håndværker lærling
svend ingeniør tekniker elektriker elektronik mekanik mekaniker el elektricitet transistor telefon mobil tablet kamera
skærm tastatur hacker kode virus app søge database bibliotek bibliotekar arkiv kilde rapport betænkning lovbog
årsberetning tidende vejviser adressebog telefonbog sangbog billedbog malebog aktivitetsbog pegebog rimebog rim remse
gåder quiz ordsprog citat tegn symbol flag våbenskjold mønt frimærke samler antik loppe loppemarked auktion genbrug
skrald affald vandløb drikkevand spildevand kloak forurening gødning høst såning traktor mejeri kvæg kalv lam æg
honning bi hveps flue loppe lus orm snegl regnorm mide bakkegård hovedgård herregård fæste husmand daglejer tjeneste
pige stuepige kokkepige skoledreng skolepige skoletid skolegård lejrskole frikvarter lektie karakter mobning venindebog
poesibog stilebog hæfte blyant pen blæk tusch farveblyant pensel lærred ramme skulptur statue monument mindesmærke
kirkegård grav gravhøj runer runesten helleristning kæmpehøj dysse jættestue boplads fund arkæologi arkæolog
antropologi etnologi folkloristik folkeminde sagnkonge gudesagn asernes jætte jættekvinde nordisk græsk romersk ægyptisk
pyramide mumie farao gladiator legion kejserrige korstog tempel moske synagoge munk nonne pilgrim mirakel profet apostel
evangelie salmebog prædiken dåb konfirmation begravelse
`
  .trim()
  .split(/\s+/)

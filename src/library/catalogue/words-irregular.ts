/**
 * Danish words whose forms no rule brings together, each line led by the word that stands for all of them, and words that
 * a rule would cut. A genitive needs no entry. Forms that begin compounds stand here too: `børne-`.
 */
export const INFLECTED: readonly string[] = `
bog bogen bøger bøgerne boge bogens
barn barnet børn børnene børne barne barnlig
mand manden mænd mændene mande
fod foden fødder fødderne
hånd hånden hænder hænderne
tand tanden tænder tænderne
and ænder ænderne ande
gås gåsen gæs gæssene gåse
mus musen musene muse
ko koen køer køerne
so soen
far faren fader faderen fædre fædrene
mor moren moder moderen mødre mødrene
bror broren broder broderen brødre brødrene
søster søsteren søstre søstrene søskende
datter datteren døtre døtrene
kvinde kvinden kvinder kvinderne kvindelig
nat natten nætter nætterne natte
stad staden stæder stæderne
sted stedet steder stederne
rod roden rødder rødderne
klo kloen kløer kløerne
tå tåen tæer tæerne
øje øjet øjne øjnene
øre øret ører ørerne
bonde bonden bønder bønderne bonde
nød nødden nødder nødderne
stang stangen stænger stængerne
kraft kraften kræfter kræfterne
bod boden boder bøder
skade skaden skader skaderne
by byen byer byerne
sø søen søer søerne
ø øen øer øerne
å åen åer åerne
bi bien bier bierne
sky skyen skyer skyerne
ske skeen skeer skeerne
tro troen
ro roen
bro broen broer broerne
sko skoen skoene
fe feen feer feerne
knæ knæet knæene
træ træet træer træerne
dyr dyret dyrene dyre
får fåret fårene fåre faar
år året årene aar
hår håret hårene
ben benet benene
ven vennen venner vennerne venne veninde veninden veninder
søn sønnen sønner sønnerne
pige pigen piger pigerne
dreng drengen drenge drengene drenge
menneske mennesket mennesker menneskene
folk folket folkene folke
hus huset huse husene
glas glasset glassene
plads pladsen pladser pladserne
kys kysset kyssene
gys gyset gysene
lys lyset lysene lyse
jul julen juler
hest hesten heste hestene heste
kat katten katte kattene
hund hunden hunde hundene
ord ordet ordene
vers verset versene
digt digtet digte digtene digter digteren digtere digterne
sang sangen sange sangene
kys kysset
dag dagen dage dagene
måned måneden måneder månederne
øl øllet øllene
sol solen sole
måne månen måner månerne
stjerne stjernen stjerner stjernerne
hav havet havene
have haven haver haverne
god godt gode bedre bedst bedste
lille små mindre mindst mindste lidt
stor stort store større størst største
gammel gammelt gamle ældre ældst ældste
ung ungt unge yngre yngst yngste
lang langt lange længere længst længste
mange flere flest fleste
meget mere mest meste
få færre færrest
ond ondt onde værre værst værste
nær nærmere nærmest
hvid hvidt hvide
rød rødt røde
sort sort sorte
grøn grønt grønne
blå blåt blåe
grå gråt gråe graa
gul gult gule
død dødt døde døden
dø
fri frit frie
ny nyt nye nyere nyest nyeste
smuk smukt smukke
sød sødt søde
kort kort korte kortet kortene
høj højt høje
lav lavt lave
glad gladt glade
dansk danske danskere danskerne danskeren
engelsk engelske
tysk tyske tyskere tyskerne
svensk svenske svenskere
norsk norske
fransk franske
spansk spanske
italiensk italienske
være er var været
gå går gik gået
stå står stod stået
komme kommer kom kommet
se ser set
tage tager tog taget
give giver gav givet
skrive skriver skrev skrevet
drive driver drev drevet
blive bliver blev blevet
finde finder fandt fundet
synge synger sunget
flyve flyver fløj fløjet
løbe løber løb løbet
sove sover sov sovet
dræbe dræber dræbte dræbt
leve lever levede levet levende
elske elsker elskede elsket elskende
rejse rejsen rejser rejserne rejste rejst
købe køber købte købt
læse læser læste læst læsning
spise spiser spiste spist
bage bager bagte bagt bagning
strikke strikker strikkede strikket strik strikning
male malede malet
roman romanen romaner romanerne
novelle novellen noveller novellerne
eventyr eventyret eventyrene
fortælling fortællingen fortællinger fortællingerne
historie historien historier historierne
film filmen film filmene
spil spillet spillene
billede billedet billeder billederne
krimi krimien krimier krimierne
kriminal kriminelle kriminel
serie serien serier serierne
tegneserie tegneserien tegneserier tegneserierne
lydbog lydbogen lydbøger lydbøgerne
musik musikken musiks
politik politikken politikker
politi politiet
fysik fysikken
matematik matematikken
teknik teknikken teknikker
kritik kritikken kritikker
museum museet museer museerne
center centret centeret centre centrene
drama dramaet dramaer dramaerne
tema temaet temaer temaerne
studium studiet studier studierne
faktum faktummet fakta
leksikon leksikonet leksika
album albummet albummer albummene
sommer sommeren somre somrene
vinter vinteren vintre vintrene
forår foråret
efterår efteråret
aften aftenen aftener aftenerne
morgen morgenen morgener
himmel himlen himmelen himle himlene
djævel djævelen djævle djævlene
engel englen engle englene
fugl fuglen fugle fuglene
fisk fisken fisk fiskene fiske fisker fiskeren fiskere fiskerne
ild ilden
vand vandet vande vandene
jord jorden
verden verdener verdenen
krig krigen krige krigene
fred freden
konge kongen konger kongerne
dronning dronningen dronninger dronningerne
prins prinsen prinser prinserne
prinsesse prinsessen prinsesser prinsesserne
slot slottet slotte slottene
skov skoven skove skovene
vej vejen veje vejene
hjem hjemmet hjemme
rum rummet rummene
drøm drømmen drømme drømmene
herre herren herrer herrerne
heks heksen hekse heksene
trold trolden trolde troldene
drage dragen drager dragerne
ulv ulven ulve ulvene
bjørn bjørnen bjørne bjørnene
blod blodet
hjerte hjertet hjerter hjerterne
kærlighed kærligheden kjærlighed
sandhed sandheden sandheder
ensomhed ensomheden
mord mordet mordene morder morderen mordere morderne
tyv tyven tyvene
spøgelse spøgelset spøgelser spøgelserne
vampyr vampyren vampyrer vampyrerne
prop proppen propper
mad maden
kage kagen kager kagerne
brød brødet brødene
vin vinen vine vinene
tog toget togene
bil bilen biler bilerne
cykel cyklen cykler cyklerne
skib skibet skibe skibene
båd båden både bådene
skole skolen skoler skolerne
lærer læreren lærere lærerne
læge lægen læger lægerne
præst præsten præster præsterne
gud guden guder guderne
samfund samfundet samfundene
menneskehed menneskeheden
slægt slægten slægter slægterne
familie familien familier familierne
ægteskab ægteskabet ægteskaber
liv livet livene
sind sindet
kunst kunsten
haandværk håndværket håndværk
`
  .trim()
  .split('\n')

/** Words so common that a title is also the one looked for without them. */
export const WEAK: ReadonlySet<string> = new Set(
  `og i at det en et den til er som paa de med han af for ikke der var mig sig men har om vi min havde ham hun nu over da
  fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind naar vaere dog noget ville jo
  deres efter ned skulle denne end dette mit ogsaa under have dig anden hende mine alt meget sit sine vor mod disse hvis
  din nogle hos blive mange ad bliver hendes vaeret thi jer saadan the of and a an in on to for with by from at`.split(
    /\s+/,
  ),
)

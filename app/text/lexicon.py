"""Words and templates of the sentences with a blank, in Brazilian Portuguese and in English.

Plain data; app/tasks/cloze.py puts it together. A line of clues is ``answer: clue, clue``. In a
template ``{o}`` is the clue with its article (``{um}``, ``{de}``, ``{em}`` with another word before
it, ``{c}`` bare); ``{N}`` is the word before the blank that agrees with the answer. In a sentence
about two people ``{p}`` and ``{q}`` enter, ``{r}`` is one of them once more, ``{x}`` acts at the
end, and the answer is the other one. A filler may stand in any of the sentences of its language: it
names no clue and no answer's clue.
"""

from __future__ import annotations

from typing import NamedTuple


class Frame(NamedTuple):
    """Openings that hold the clue and endings that ask for the answer; every pair makes sense.

    After ``phrase`` openings, which are no clause of their own, no sentence may be put in between.
    """

    openings: str
    endings: str
    phrase: bool = False


class Kind(NamedTuple):
    """One relation between clue and answer: its frames and its clues, one answer a line."""

    name: str
    clues: str
    frames: tuple[Frame, ...]


class Company(NamedTuple):
    """Sentences about two people."""

    intros: str
    notes: str
    scenes: str
    endings: str


class Tongue(NamedTuple):
    """Everything of one language."""

    kinds: tuple[Kind, ...]
    names: str
    company: Company
    asides: str  # fillers that go between commas
    remarks: str  # fillers that are sentences


# First names that are common in both languages, spelled the same.
SHARED_NAMES = """alice amanda arthur benjamin bianca bruno camila carolina clara daniel david diana
felix gabriel helena hugo igor isabel julia lara laura leonardo lucas maria marina martin melissa
monica natalia nicolas olivia oscar patricia rafael ruben samuel sandra sofia teresa valentina
vanessa vera victor"""

PORTUGUESE = Tongue(
    kinds=(
        Kind(
            "language",
            """francês: na França, no Senegal, em Mônaco, no Gabão
português: no Brasil, em Portugal, em Angola, em Moçambique, em Cabo Verde
inglês: na Inglaterra, nos Estados Unidos, na Austrália, na Nova Zelândia, na Jamaica, na Escócia
espanhol: na Espanha, na Argentina, no México, no Chile, na Colômbia, no Peru, no Uruguai, em Cuba
alemão: na Alemanha, na Áustria
italiano: na Itália
japonês: no Japão
chinês: na China, em Taiwan
russo: na Rússia
coreano: na Coreia
árabe: no Egito, na Arábia Saudita, no Marrocos, no Iraque, na Jordânia
grego: na Grécia
turco: na Turquia
holandês: na Holanda
sueco: na Suécia
norueguês: na Noruega
dinamarquês: na Dinamarca
finlandês: na Finlândia
polonês: na Polônia
húngaro: na Hungria
hebraico: em Israel
vietnamita: no Vietnã
tailandês: na Tailândia
romeno: na Romênia
hindi: na Índia
persa: no Irã
ucraniano: na Ucrânia
croata: na Croácia
islandês: na Islândia
búlgaro: na Bulgária""",
            (
                Frame(
                    """eu cresci {em}
eu nasci {em}
o tempo que passei {em} foi muito legal
os anos que vivi {em} foram muito bons
vivi dez anos {em}
passei a infância {em}
morei muito tempo {em}
moro {em} há vinte anos
meus pais são {de}
minha família veio {de}
fui criado {em}
estudei {em}
vim {de} quando era criança
fiz a faculdade {em}
trabalhei {em} por muitos anos
eu sou {de}
minha mãe me criou {em}
eu me mudei para {o} ainda pequeno
passei as férias {em} e gostei muito
conheço bem {o}""",
                    """sou fluente em
logo eu falo
e tive a oportunidade de aprender a falar
por isso falo muito bem o
então eu falo
aprendi a falar
aprendi a ler e escrever em
minha língua materna é o
em casa a gente só fala
eu penso e sonho em
leio os jornais em
falo muito bem
e por isso eu entendo bem o
consigo conversar em
canto as músicas em
e hoje dou aulas de
a língua que eu falo é o
escrevo cartas em
eu falo
falo
por isso falo
aprendi""",
                ),
                Frame(
                    """quem nasce {em}
o povo {de}
o presidente {de}
todo mundo {em}
{em} todo mundo
quem mora {em}
quem vem {de}""",
                    """fala
só fala
sempre fala
fala muito bem o
conversa em""",
                    phrase=True,
                ),
                Frame(
                    """eu visitei {o}
viajei para {o} no ano passado
fui para {o}
eu amo {o}
passei um mês {em}
fiz um curso {em}""",
                    """e aprendi um pouco de
por isso estudo
e voltei falando
agora estudo
e depois de alguns anos eu já falava
e comprei um dicionário de""",
                ),
                Frame(
                    """meu primo nasceu {em}
minha amiga cresceu {em}
ela cresceu {em}
ele nasceu {em}
minha professora veio {de}
o novo aluno é {de}
a família dela é {de}
ele passou dez anos {em}
ela morou {em} durante toda a infância
minha vizinha estudou {em}
meu tio trabalhou {em} durante muito tempo
os pais dele são {de}
essa moça é {de}
meu colega se mudou para {o} quando era criança""",
                    """e por isso fala
fala muito bem
logo fala
e é fluente em
com a família só fala
por isso a língua materna é o
então em casa fala
e sabe ler e escrever em
aprendeu a falar
voltou falando
e dá aulas de
e só conversa em""",
                ),
            ),
        ),
        Kind(
            "place",
            """o céu: as nuvens, as estrelas, os aviões, os balões
o mar: os navios, as baleias, os tubarões, as ondas, os golfinhos
a floresta: as onças, as árvores, os cipós, os macacos
a geladeira: os iogurtes, os ovos, as sobras, os sucos
a garagem: os carros, as motos, as bicicletas
a estante: os livros, os dicionários, os romances
o forno: os pães, os bolos, as pizzas
o armário: as roupas, as camisas, os casacos, os vestidos
a gaveta: as meias, os talheres, os garfos
o jardim: as flores, as rosas, as borboletas
a carteira: as moedas, os documentos, os cartões
o deserto: os camelos, os cactos, as dunas""",
            (
                Frame(
                    """{o}
todas as manhãs {o}
quase sempre {o}
minha avó diz que {o}
eu acho que {o}
meu vizinho contou que {o}
todo mundo sabe que {o}
como sempre {o}""",
                    """estão lá {N}
estão {N}
ficam {N}
continuam {N}
aparecem {N}
estão todos os dias lá {N}
permanecem muito tempo {N}
devem estar {N}
ainda estão {N}""",
                    phrase=True,
                ),
                Frame(
                    """estou procurando {o}
alguém perguntou onde estão {o}
a menina quer ver {o}
gosto de olhar para {o}
eu vi {o}
me lembrei {de}""",
                    """acho que estão {N}
com certeza estão {N}
devem estar {N}
estão lá {N}
eu procuraria {N}""",
                ),
            ),
        ),
        Kind(
            "place",
            """o céu: os aviões, os pássaros, as gaivotas, as pipas, os balões
o mar: os peixes, as baleias, os tubarões, os golfinhos""",
            (
                Frame(
                    """{o}
eu sei que {o}
de manhã {o}
olhe como {o}
lá fora {o}""",
                    """passam {N}
vivem {N}
se movem {N}
estão lá {N}
andam {N}
desaparecem {N}""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "place",
            """a geladeira: o leite, a manteiga, os iogurtes, os ovos
o armário: as roupas, as camisas, os casacos
a gaveta: as meias, os garfos, os talheres
a estante: os livros, os dicionários
a garagem: o carro, a moto, a bicicleta
o forno: os pães, os bolos, as pizzas""",
            (
                Frame(
                    """guardei {o}
coloquei {o}
deixei {o}
eu sempre guardo {o}
esqueci {o}""",
                    """lá {N}
de novo {N}
agora mesmo {N}
com cuidado {N}""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "sound",
            """late: o cachorro, o cão
mia: o gato, a gata
muge: a vaca, o touro
ruge: o leão, o tigre
relincha: o cavalo, a égua
grunhe: o porco, o javali
bale: a ovelha, a cabra
uiva: o lobo
coaxa: o sapo, a rã
zumbe: a abelha, a mosca
canta: o canário, o galo
grasna: o pato""",
            (
                Frame(
                    """todo mundo conhece {o}
minha tia tem {um}
eu ouço {o} de longe
na fazenda existe {um}
é fácil reconhecer {o}
as crianças adoram {o}""",
                    """quando tem fome esse bicho
de noite o animal
sempre que me vê o bicho
é um bicho que
o animal acorda e
quando se assusta
nessa hora ele sempre""",
                ),
                Frame(
                    """{o}
{o} do vizinho
na fazenda {o}
lá longe {o}""",
                    """de noite sempre
todos os dias
quando tem fome
acorda e
já não""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "young",
            """bezerro: a vaca, o touro
potro: o cavalo, a égua
cordeiro: a ovelha
pintinho: a galinha, o galo
leitão: o porco, a porca
cabrito: a cabra, o bode
gatinho: o gato, a gata
cachorrinho: o cachorro, a cadela
patinho: o pato, a pata
girino: o sapo, a rã""",
            (
                Frame(
                    """na fazenda existe {um}
meu avô cria {o} com carinho
vimos {um} no pasto
o veterinário examinou {o}
minha tia tem {um}
as crianças adoram {o}""",
                    """o filhote se chama
o filhote é um
ontem nasceu o seu primeiro
com ele andava um pequeno
o bebê desse bicho é o""",
                ),
            ),
        ),
        Kind(
            "home",
            """a colmeia: a abelha
o ninho: o pássaro, o canário, a andorinha
o aquário: o peixe
o canil: o cachorro, a cadela
o galinheiro: a galinha, o galo
o estábulo: o cavalo, a égua
o formigueiro: a formiga
o chiqueiro: o porco, a porca
a teia: a aranha
a toca: o coelho, o tatu
o pântano: o jacaré, o crocodilo""",
            (
                Frame(
                    """as crianças observaram {o}
o livro fala sobre {o}
todo mundo conhece {o}
eu fotografei {um}
ontem apareceu {um}
é bonito ver {o}""",
                    """o bicho mora {N}
o bicho dorme {N}
esse animal vive {N}
de noite volta para a casa e entra {N}
mora {N}
vive {N}
passa o dia inteiro {N}""",
                ),
            ),
        ),
        Kind(
            "material",
            """madeira: a mesa, o piano, a cadeira, a porta
vidro: a janela, o copo, o espelho
ouro: o anel, a aliança
algodão: a camiseta, o lençol, a toalha
borracha: o pneu, a bota
papel: o livro, o caderno, o jornal
barro: o tijolo, a telha, o vaso
plástico: a garrafa, o balde
couro: o sapato, o cinto
ferro: o portão, a âncora
seda: a gravata
lã: o cachecol, o gorro""",
            (
                Frame(
                    """comprei {um}
minha tia ganhou {um}
olhe bem para {o}
o artesão terminou {o}
na loja vi {um}
quebraram {o} sem querer
vou consertar {o}""",
                    """o material usado foi
tudo foi feito de
foi fabricado com
para fazer outro vou precisar de
o artesão só trabalha com
o material é""",
                ),
                Frame(
                    """{o}
{o} da sala
eu acho que {o}
dizem que {o}""",
                    """é de
é todo de
foi feito de
com certeza é de""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "use",
            """cortar: a faca, a tesoura, o machado
escrever: a caneta, o lápis
varrer: a vassoura
abrir: a chave
cozinhar: a panela, o fogão
ler: o livro, o jornal
dormir: a cama, a rede, o travesseiro
sentar: a cadeira, o sofá, o banquinho
beber: o copo, a xícara
ligar: o telefone, o celular
cavar: a pá, a enxada
lavar: o sabão, o tanque
fotografar: a câmera
pintar: o pincel
costurar: a agulha""",
            (
                Frame(
                    """comprei {um}
minha tia ganhou {um}
me empresta {o}
onde foi que deixei {o}
na loja vi {um}
ganhei {um} de aniversário
trouxe {o} comigo""",
                    """isso serve para
a gente usa isso para
vou precisar disso para
é muito útil para
agora finalmente posso
eu queria
com isso eu posso
com isso dá para""",
                ),
                Frame(
                    """uso {o}
eu peguei {o}
preciso {de}
todo mundo usa {o}""",
                    """só para
aqui para
de novo para
todos os dias para""",
                    phrase=True,
                ),
                Frame(
                    """{o}
eu acho que {o}
todo mundo sabe que {o}""",
                    """serve para
só serve para
é coisa de quem quer
ajuda a gente a""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "workplace",
            """o hospital: médico, médica, enfermeiro, enfermeira, cirurgião
a escola: professor, professora
a padaria: padeiro, padeira
o tribunal: juiz, juíza, advogado, advogada
o restaurante: cozinheiro, cozinheira, garçom, garçonete
a fazenda: fazendeiro, vaqueiro
o teatro: ator, atriz, bailarino, bailarina
o banco: banqueiro, bancário, bancária
a igreja: padre, pastor
a oficina: mecânico
a farmácia: farmacêutico, farmacêutica
a biblioteca: bibliotecário, bibliotecária
o laboratório: cientista, químico, química
o quartel: soldado, sargento
o navio: marinheiro, capitão
o salão: cabeleireiro, cabeleireira, manicure
o jardim: jardineiro, jardineira
o aeroporto: piloto, aeromoça
o açougue: açougueiro
a delegacia: delegado, delegada, policial""",
            (
                Frame(
                    """alguém da minha família é {c}
meu parente virou {c}
eu tenho um parente que é {c}
ela é {c}
ele é {c}
essa pessoa é {c}
quem mora ao lado é {c}
quando eu crescer quero ser {c}
meu sonho sempre foi ser {c}
estudei muito para ser {c}
a pessoa que eu conheci é {c}
a vaga era para {c}""",
                    """e o trabalho fica {N}
e o serviço é {N}
a pessoa passa o dia {N}
é uma vida inteira {N}
o expediente começa cedo {N}
o lugar de trabalho é {N}
e trabalhar {N}
trabalha {N}
e trabalha {N}
então passa o dia {N}""",
                ),
            ),
        ),
        Kind(
            "taste",
            """doce: o açúcar, o mel, o chocolate, o caramelo
azedo: o limão, o vinagre
salgado: o sal, o bacalhau, o presunto
amargo: o café, o jiló, o boldo
ardido: a pimenta, o gengibre""",
            (
                Frame(
                    """provei {o} com cuidado
provei {o}
experimentei {o}
comi {o}
coloquei {o} na boca
o cozinheiro colocou {o} na receita
experimentei {o} na casa da vizinha
comi {o} sem perceber
exagerei com {o} no prato""",
                    """o gosto é bem
ficou tudo muito
o sabor era forte e
achei muito
tem um gosto
achei
estava bem
é""",
                ),
                Frame(
                    """{o}
o gosto {de}
o sabor {de}
dizem que {o}""",
                    """é muito
está muito
sempre é
parece bem""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "season",
            """inverno: a neve, o gelo, o frio, a lareira
verão: a praia, o calor, a piscina, o sorvete
outono: as folhas secas, as folhas amarelas
primavera: as primeiras flores, os botões de rosa""",
            (
                Frame(
                    """finalmente chegaram os dias com {o}
gosto de {o}
todo ano espero {o}
nada é melhor que {o}
estou com saudade {de}
pensei {em}""",
                    """a minha estação preferida é
na estação chamada
essa é a cara do nosso
isso só combina com
a estação do ano é""",
                ),
            ),
        ),
        Kind(
            "weekday",
            """terça: segunda
quarta: terça
quinta: quarta
sexta: quinta
sábado: sexta
domingo: sábado
segunda: domingo""",
            (
                Frame(
                    """hoje é {c}
agora é {c}
finalmente é {c}
pelas minhas contas hoje é {c}
o calendário diz que hoje é {c}""",
                    """amanhã será
e amanhã é
o dia de amanhã é
quando eu acordar amanhã já vai ser
o dia seguinte é""",
                ),
            ),
        ),
        Kind(
            "month",
            """fevereiro: janeiro
março: fevereiro
abril: março
maio: abril
junho: maio
julho: junho
agosto: julho
setembro: agosto
outubro: setembro
novembro: outubro
dezembro: novembro
janeiro: dezembro""",
            (
                Frame(
                    """estamos em {c}
este mês é {c}
já é {c}
começou o mês de {c}
a conta que chegou é de {c}""",
                    """o mês que vem é
o próximo mês será
e depois vem
no mês seguinte vem
daqui a um mês já será""",
                ),
            ),
        ),
        Kind(
            "tired",
            """cansada: a menina, a rainha, a avó, a princesa, a noiva, a moça, a senhora
cansado: o menino, o rei, o avô, o príncipe, o noivo, o moço, o senhor
cansadas: as meninas, as irmãs, as moças, as senhoras
cansados: os meninos, os irmãos, os moços, os senhores""",
            (
                Frame(
                    """ontem encontrei {o}
eu vi {o}
de longe avistei {o}
o fotógrafo mostrou {o}
acabei de ver {o}""",
                    """voltando do trabalho muito
depois de tanto esforço ficando muito
de tanto trabalhar bastante
sem dormir nada e muito
subindo a escada bem""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "late",
            """atrasada: a menina, a rainha, a avó, a princesa, a noiva, a moça, a senhora
atrasado: o menino, o rei, o avô, o príncipe, o noivo, o moço, o senhor
atrasadas: as meninas, as irmãs, as moças, as senhoras
atrasados: os meninos, os irmãos, os moços, os senhores""",
            (
                Frame(
                    """ontem encontrei {o}
eu vi {o}
de longe avistei {o}
o fotógrafo mostrou {o}
acabei de ver {o}""",
                    """chegando muito
perdendo o ônibus e chegando bem
olhando o relógio e chegando
por causa do trânsito chegando muito
entrando depois da hora e muito""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "tired",
            """cansada: a menina, a rainha, a avó, a princesa, a noiva, a moça, a senhora
cansado: o menino, o rei, o avô, o príncipe, o noivo, o moço, o senhor""",
            (
                Frame(
                    """{o} trabalhou o dia inteiro
{o} correu muito
{o} não dormiu nada
{o} chegou de viagem
{o} subiu a escada""",
                    """e está muito
por isso está
e agora está bem
e parece muito""",
                ),
            ),
        ),
        Kind(
            "tired",
            """cansadas: as meninas, as irmãs, as moças, as senhoras
cansados: os meninos, os irmãos, os moços, os senhores""",
            (
                Frame(
                    """{o} trabalharam o dia inteiro
{o} correram muito
{o} não dormiram nada
{o} chegaram de viagem
{o} subiram a escada""",
                    """e estão muito
por isso estão
e agora estão bem
e parecem muito""",
                ),
            ),
        ),
        Kind(
            "late",
            """atrasada: a menina, a rainha, a avó, a princesa, a noiva, a moça, a senhora
atrasado: o menino, o rei, o avô, o príncipe, o noivo, o moço, o senhor""",
            (
                Frame(
                    """{o} perdeu o ônibus
{o} acordou depois da hora
{o} saiu tarde de casa
{o} esqueceu a hora""",
                    """e vai chegar
por isso chegou muito
chegou bem
e chega sempre""",
                ),
            ),
        ),
        Kind(
            "late",
            """atrasadas: as meninas, as irmãs, as moças, as senhoras
atrasados: os meninos, os irmãos, os moços, os senhores""",
            (
                Frame(
                    """{o} perderam o ônibus
{o} acordaram depois da hora
{o} saíram tarde de casa""",
                    """e vão chegar
por isso chegaram muito
chegaram bem
e chegam sempre""",
                ),
            ),
        ),
        Kind(
            "colour",
            """amarela: a banana, a gema
verde: a grama, a alface, o abacate
branca: a neve, a nuvem
vermelho: o sangue, o tomate, o morango
azul: o céu, o mar
preto: o carvão, o petróleo
laranja: a cenoura""",
            (
                Frame(
                    """desenhei {o} no papel
a criança pintou {o}
o quadro mostra {o}
lembre bem como é {o}
imagine {o}""",
                    """a cor que usei é
a cor certa é
o lápis de cor escolhido foi
na pintura tudo ficou
precisei da tinta""",
                ),
                Frame(
                    """{o}
a cor {de}
na foto {o}
dizem que {o}""",
                    """é bem
sempre é
ficou bem
era bem""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "called",
            "",
            (
                Frame(
                    """meu nome é {c}
eu me chamo {c}
todos me conhecem como {c}
fui batizado como {c}
meu primeiro nome é {c}
o nome do bebê é {c}
a pessoa ao lado se chama {c}""",
                    """todos me chamam de
no crachá está escrito o nome
eu me apresentei como
pode me chamar de
me chamam de
minha mãe gritou bem alto
me chame apenas de
assinei a carta como""",
                ),
            ),
        ),
    ),
    names="""ana antônio beatriz carlos fernanda francisco joão josé letícia mateus miguel paulo
pedro rita tiago""",
    company=Company(
        intros="""{p} e {q} estão namorando
{p} e {q} moram juntos
{p} e {q} moram na mesma rua
{p} e {q} estudam na mesma turma
{p} e {q} se conhecem há anos
{p} e {q} brigaram ontem
{p} entrou na sala. {q} também
{p} chegou na festa. {q} também
{p} saiu de casa cedo. {q} também
{p} está aqui. {q} também está
{p} entrou na loja e {q} entrou logo depois
{p} trabalha com {q}
{p} mora perto de {q}
{p} conheceu {q} na praça
{p} convidou {q} para jantar
{p} casou com {q}
{p} namora {q} há dois anos
{p} ama {q} de verdade
{p} sentou ao lado de {q}
{p} dançou com {q} a noite toda
vi {p} e {q} na rua
na festa estavam {p} e {q}
ontem encontrei {p} e também {q}
eu conheço {p} e {q}
os meus amigos são {p} e {q}
{p} entrou no escritório. {q} também
{p} e {q} foram ao cinema
{p} e {q} são da mesma família
{p} viu {q} no parque
{p} encontrou {q} no mercado
{p} viajou com {q}
{p} e {q} jogam no mesmo time
{p} brigou com {q}
{p} ajudou {q} na mudança
{p} comprou um presente para o aniversário de {q}
era aniversário de {q} e {p} chegou cedo
{p} pegou um livro emprestado de {q}
{p} esperou por {q} no ponto
{p} e {q} terminaram o namoro
{p} e {q} se casaram há dez anos""",
        notes="""a mãe de {r} não gosta desse namoro
o pai de {r} não gosta disso
o irmão de {r} não sabe de nada
a casa de {r} fica longe
o carro de {r} quebrou
{r} chegou mais cedo
{r} estava com fome
{r} não disse nada
{r} ficou em silêncio
{r} trouxe um bolo
{r} gosta de música
{r} tinha muito sono
{r} olhou pela janela
a família de {r} mora no interior
ninguém sabia o segredo de {r}
todos gostam de {r}
{r} perdeu as chaves de casa""",
        scenes="""já é tarde e ambos estão atrasados
os dois estavam com fome
ninguém mais estava ali
eles não se viam há meses
os dois gostam de conversar
ambos estavam de bom humor
as famílias não aprovam nada disso
todo mundo percebeu
já passava da meia noite
a conversa foi longa
os dois riram bastante
foi um encontro por acaso""",
        endings="""então {x} terminou com
{x} disse oi para
{x} deu um presente para
{x} ligou para
{x} foi embora com
{x} se despediu de
{x} pediu desculpas a
{x} mandou uma mensagem para
e {x} contou um segredo para
{x} discutiu com
por isso {x} devolveu o livro de
{x} abraçou
{x} ficou conversando com
{x} pediu ajuda a
{x} olhou para
{x} sorriu para
{x} acenou para
mas {x} não falou com
{x} fez um café para
{x} voltou para casa com
no fim {x} se casou com
{x} tirou uma foto de
{x} caminhou até
finalmente {x} perdoou
{x} deu bom dia para
{x} disse tchau para
{x} perguntou as horas a
{x} entregou o presente a
{x} chamou
{x} se separou de
{x} sente saudade de
{x} ainda gosta de
{x} escreveu uma carta para
depois {x} agradeceu a
{x} convidou para a festa
então {x} brigou com
{x} não quer mais ver
{x} pagou o almoço de
{x} emprestou dinheiro para
{x} saiu com""",
    ),
    asides="""depois de muitos anos de estudo
com a ajuda de muita gente
apesar da chuva e do vento
no meio de tanta confusão
numa tarde de muito vento
como quase todo mundo por lá
sem pressa nenhuma
graças a muita paciência
desde aquela época distante
por causa de uma longa história
com alguns amigos do bairro
durante uma semana muito longa
logo depois do almoço
um pouco antes do jantar
por incrível que pareça
ao contrário do que muita gente pensa
com muito esforço e dedicação
quase sem perceber
entre uma conversa e outra
como manda o costume
pelo que eu me lembro
para a surpresa de todos
segundo o que me contaram
mesmo com pouco dinheiro
naquele tempo tão difícil
ao longo de vários meses
no fim das contas
com toda a calma do mundo
como eu já disse antes
por mais estranho que seja
em dias tranquilos como este
depois que a chuva passou
enquanto o vento soprava devagar
quando o ônibus finalmente chegou
embora ninguém acredite nisso
se a memória não me engana
porque a vida é assim mesmo
com uma mochila velha nas costas
apesar de todas as dificuldades
junto com o resto da turma
num bairro cheio de gente simpática
perto de um rio muito calmo
do outro lado da ponte
sempre com boa vontade
entre tantas outras coisas
como costuma acontecer
muito antes de tudo isso
e mais tarde sem nenhum plano
ano após ano
dia e noite
pouco a pouco
de vez em quando
sem contar para ninguém
na maior parte do tempo
com chuva ou com sol
desde o começo até o fim""",
    remarks="""choveu a manhã inteira
o ônibus demorou muito para chegar
a rua estava cheia de gente
o vento soprava sem parar
ninguém sabia direito o que fazer
a viagem foi longa e divertida
o trem atrasou mais de uma hora
foi uma época de muitas descobertas
a cidade mudou muito desde então
todos os dias eram diferentes
eu ainda me lembro de cada detalhe
o tempo passou depressa
a gente ria de tudo
as pessoas eram muito simpáticas
o jantar ficou pronto bem tarde
alguém tocava violão na praça
o rádio anunciou mais chuva
as lojas fecharam mais cedo
fizemos muitos amigos pelo caminho
a vida era simples e tranquila
sempre havia alguma novidade
o almoço demorou mas estava ótimo
a noite caiu sem ninguém notar
o trânsito estava horrível
não foi nada fácil no começo
aos poucos tudo se resolveu
cada um seguiu o seu caminho
o filme acabou depois das dez
a festa durou até de madrugada
passamos horas conversando na varanda
os meses seguintes foram agitados
a campainha não parava de tocar
a luz acabou duas vezes
era um dia comum como qualquer outro
tudo parecia novo e interessante
a música vinha da rua
o bairro inteiro comentou o assunto
era preciso ter paciência
muita coisa aconteceu depois disso
o passeio terminou na beira do rio
eu tirei muitas fotos
ninguém esperava por isso
a fila dava a volta no quarteirão
o dinheiro era pouco mas bastava
a mala ficou pesada demais
acordamos cedo no dia seguinte
o sol apareceu só no fim da tarde
a história ficou famosa na rua
todos tinham uma opinião diferente
foi mais difícil do que parece""",
)

ENGLISH = Tongue(
    kinds=(
        Kind(
            "language",
            """french: France, Senegal, Monaco, Gabon
portuguese: Brazil, Portugal, Angola, Mozambique, Cape Verde
english: England, the United States, Australia, New Zealand, Jamaica, Scotland
spanish: Spain, Argentina, Mexico, Chile, Colombia, Peru, Uruguay, Cuba
german: Germany, Austria
italian: Italy
japanese: Japan
chinese: China, Taiwan
russian: Russia
korean: Korea
arabic: Egypt, Saudi Arabia, Morocco, Iraq, Jordan
greek: Greece
turkish: Turkey
dutch: the Netherlands
swedish: Sweden
norwegian: Norway
danish: Denmark
finnish: Finland
polish: Poland
hungarian: Hungary
hebrew: Israel
vietnamese: Vietnam
thai: Thailand
romanian: Romania
hindi: India
persian: Iran
ukrainian: Ukraine
croatian: Croatia
icelandic: Iceland
bulgarian: Bulgaria""",
            (
                Frame(
                    """I grew up in {c}
I was born in {c}
the time I spent in {c} was great
the years I lived in {c} were wonderful
I lived ten years in {c}
I spent my childhood in {c}
I lived in {c} for a long time
I have lived in {c} for twenty years
my parents are from {c}
my family came from {c}
I was raised in {c}
I studied in {c}
I came from {c} as a child
I went to college in {c}
I worked in {c} for many years
I am from {c}
my mother raised me in {c}
I moved to {c} when I was little
I spent my holidays in {c} and liked it a lot
I know {c} well""",
                    """I am fluent in
so I speak
and had the chance to learn to speak
and I had the chance to learn to speak
that is why I speak very good
that is how I learned to speak
I learned to read and write
my mother tongue is
at home we only speak
I think and dream in
I read the newspapers in
I speak very good
and so I understand
I can hold a conversation in
I sing the songs in
and today I teach
the language I speak is
I write letters in
I speak
and I speak
so I learned""",
                ),
                Frame(
                    """people in {c}
people from {c}
in {c} people
my friends from {c}
the children in {c}
all those who live in {c}""",
                    """speak
only speak
always speak
speak very good
talk in""",
                    phrase=True,
                ),
                Frame(
                    """I visited {c}
I travelled to {c} last year
I went to {c}
I love {c}
I spent a month in {c}
I took a course in {c}""",
                    """and learned a bit of
that is why I study
and came back speaking
now I study
and after some years I spoke
and bought a dictionary of""",
                ),
                Frame(
                    """my cousin was born in {c}
my friend grew up in {c}
she grew up in {c}
he was born in {c}
my teacher came from {c}
the new pupil is from {c}
her family is from {c}
he spent ten years in {c}
she lived in {c} during her whole childhood
my neighbour studied in {c}
my uncle worked in {c} for a long time
his parents are from {c}
that lady is from {c}
a colleague of mine moved to {c} as a child""",
                    """and that is why the person speaks
who speaks very good
so the mother tongue is
and is fluent in
with the family only speaks
so at home they speak
and can read and write
and learned to speak
came back speaking
and teaches
and speaks
and only talks in""",
                ),
            ),
        ),
        Kind(
            "place",
            """sky: clouds, stars, planes, balloons
sea: ships, whales, sharks, waves, dolphins
forest: trees, monkeys, owls, mushrooms
fridge: yogurts, eggs, leftovers, juices
garage: cars, motorbikes, bicycles
bookcase: books, dictionaries, novels
oven: loaves, cakes, pizzas
wardrobe: clothes, shirts, coats, dresses
drawer: socks, forks, spoons
garden: flowers, roses, butterflies
wallet: coins, cards, banknotes
desert: camels, cactuses, dunes""",
            (
                Frame(
                    """the {c}
every morning the {c}
almost always the {c}
my grandmother says that the {c}
I think that the {c}
my neighbour said that the {c}
everybody knows that the {c}
as always the {c}""",
                    """are up there in the
are there in the
are in the
stay in the
appear in the
are in there every day in the
remain for a long time in the
must be in the
are still in the
can be found in the""",
                    phrase=True,
                ),
                Frame(
                    """I am looking for the {c}
somebody asked where the {c} are
the child wants to see the {c}
I like to look at the {c}
I saw the {c}
look at the {c}""",
                    """they are in the
I am sure they are in the
they must be in the
they are over there in the
I would look in the""",
                ),
            ),
        ),
        Kind(
            "place",
            """sky: planes, birds, seagulls, kites, balloons, stars
sea: fishes, whales, sharks, dolphins""",
            (
                Frame(
                    """the {c}
I know that the {c}
in the morning the {c}
see how the {c}
out there the {c}""",
                    """pass in the
live in the
move in the
are out there in the
fly or swim in the
disappear in the""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "place",
            """fridge: butter, cheese, yogurts, eggs
wardrobe: clothes, shirts, coats
drawer: socks, forks, spoons
bookcase: books, dictionaries
garage: car, motorbike, bicycle
oven: loaves, cakes, pizzas""",
            (
                Frame(
                    """I put the {c}
I left the {c}
I always keep the {c}
I forgot the {c}
she put the {c}""",
                    """in the
right there in the
back in the
with care in the""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "sound",
            """barks: dog, puppy
meows: cat, kitten
moos: cow
roars: lion, tiger
neighs: horse, mare
oinks: pig, hog
bleats: sheep, goat, lamb
howls: wolf, coyote
croaks: frog, toad
buzzes: bee, fly
sings: canary, nightingale
quacks: duck
hoots: owl
hisses: snake
squeaks: mouse""",
            (
                Frame(
                    """everybody knows the {c}
my aunt has a {c}
I can hear the {c} from afar
on the farm there is a {c}
it is easy to recognise the {c}
the children love the {c}
next door lives a {c}""",
                    """when it is hungry it
at night it
when it sees me it
it is an animal that
the animal wakes up and
when it is scared it
it sees a stranger and""",
                ),
                Frame(
                    """the {c}
the neighbour's {c}
on the farm the {c}
far away the {c}""",
                    """at night always
every day
comes near and
wakes up and
never""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "young",
            """calf: cow, bull
foal: horse, mare
lamb: sheep, ewe
chick: hen, rooster
piglet: pig, sow
kitten: cat
puppy: dog
duckling: duck
cub: bear, lion, tiger
tadpole: frog, toad
fawn: deer""",
            (
                Frame(
                    """on the farm there is a {c}
my grandfather takes good care of the {c}
we saw a {c} in the field
the vet examined the {c}
my aunt has a {c}
the children love the {c}""",
                    """the baby is called a
its baby is a
yesterday it had its first
beside it walked a little
the young of this animal is a""",
                ),
            ),
        ),
        Kind(
            "home",
            """hive: bee, wasp
nest: bird, canary, swallow
aquarium: fish
kennel: dog, puppy
coop: hen, rooster
stable: horse, mare
anthill: ant
sty: pig, sow
web: spider
burrow: rabbit, hare
swamp: alligator, crocodile
den: bear, wolf""",
            (
                Frame(
                    """the children watched the {c}
the story is about the {c}
everybody knows the {c}
I took a picture of the {c}
yesterday we found a {c}
it is nice to see the {c}""",
                    """it lives in a
it sleeps in a
the animal lives in a
at night it goes home to its
lives in a
and it stays in its
it spends the whole day in its""",
                ),
            ),
        ),
        Kind(
            "material",
            """wood: table, piano, chair, door
glass: window, bottle, mirror
gold: ring, crown
cotton: shirt, sheet, towel
rubber: tyre, boot
paper: book, notebook, newspaper
clay: brick, tile, vase
plastic: bucket, toy
leather: shoe, belt
iron: gate, anchor
silk: tie
wool: scarf, sweater""",
            (
                Frame(
                    """I bought a {c}
my aunt got a {c}
look closely at the {c}
the craftsman finished the {c}
in the shop I saw a {c}
somebody broke the {c} by accident
I am going to repair the {c}""",
                    """the material used was
it was all made of
it was manufactured from
to make another I will need some
the craftsman only works with
the material is""",
                ),
                Frame(
                    """the {c}
this {c}
I think the {c}
they say the {c}""",
                    """is made of
was made of
is all made of
is certainly made of""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "use",
            """cut: knife, axe, saw
write: pen, pencil
sweep: broom
open: key
cook: pan, stove
read: book, newspaper
sleep: bed, hammock, pillow
sit: chair, sofa, stool
drink: cup, mug
call: telephone, phone
dig: shovel, spade
wash: soap, sponge
photograph: camera
paint: paintbrush
sew: needle""",
            (
                Frame(
                    """I bought a {c}
my aunt got a {c}
please lend me the {c}
I do not know where I left the {c}
in the shop I saw a {c}
I got a {c} for my birthday
I brought the {c} with me""",
                    """it is used to
we use it to
I will need it to
it is very useful to
now I can finally
I wanted to
with it I can
it helps me to""",
                ),
                Frame(
                    """I use the {c}
I took the {c}
I need the {c}
she uses a {c}
with a {c}""",
                    """just to
you can
every day to
in order to
one can""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "workplace",
            """hospital: doctor, nurse, surgeon
school: teacher, headmaster
bakery: baker
court: judge, lawyer
restaurant: cook, chef, waiter, waitress
farm: farmer, cowboy
theatre: actor, actress, dancer
bank: banker, cashier
church: priest, pastor
workshop: mechanic, carpenter
pharmacy: pharmacist
library: librarian
laboratory: scientist, chemist
barracks: soldier, sergeant
ship: sailor, captain
salon: hairdresser, manicurist
garden: gardener
airport: pilot, stewardess
butchery: butcher
station: policeman, policewoman""",
            (
                Frame(
                    """somebody in my family is a {c}
a relative of mine became a {c}
I have a relative who is a {c}
she is a {c}
he is a {c}
that person is a {c}
the person next door is a {c}
when I grow up I want to be a {c}
my dream was always to be a {c}
I studied hard to be a {c}
on the trip I met a {c}
they hired a new {c}""",
                    """and the job is at the
and the work is done at the
the whole day is spent at the
it means a whole life at the
the day starts early at the
the place of work is the
and that means working at the
works at the
who works at the
so the working day is at the""",
                ),
            ),
        ),
        Kind(
            "taste",
            """sweet: sugar, honey, chocolate, caramel
sour: lemon, vinegar
salty: salt, bacon, ham
bitter: coffee, cocoa
spicy: pepper, chili, curry""",
            (
                Frame(
                    """I carefully tasted the {c}
I tasted the {c}
I tried the {c}
we ate the {c}
I put the {c} in my mouth
the recipe had a lot of {c}
we tried the {c} last night
I ate the {c} without noticing
there was too much {c} on the plate""",
                    """the taste is very
everything turned very
the flavour was strong and
I found it very
it tastes
it was
it is very""",
                ),
                Frame(
                    """the {c}
this {c}
the taste of {c}
they say that {c}""",
                    """is very
tastes very
is always
seems rather""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "season",
            """winter: snow, ice, frost, fireplace
summer: beach, heat, pool
autumn: falling leaves, brown leaves
spring: first flowers, new buds""",
            (
                Frame(
                    """finally the days with the {c} are here
I like the {c}
all year I wait for the {c}
nothing is better than the {c}
I miss the {c}
I thought of the {c}""",
                    """my favourite season is
in the season called
that is so typical of our
it only goes together with
the season of the year is""",
                ),
            ),
        ),
        Kind(
            "weekday",
            """tuesday: monday
wednesday: tuesday
thursday: wednesday
friday: thursday
saturday: friday
sunday: saturday
monday: sunday""",
            (
                Frame(
                    """today is {c}
now it is {c}
finally it is {c}
by my count today is {c}
the calendar says that today is {c}""",
                    """tomorrow will be
and tomorrow is
the day of tomorrow is
when I wake up tomorrow it will be
the next day is""",
                ),
            ),
        ),
        Kind(
            "month",
            """february: january
march: february
april: march
may: april
june: may
july: june
august: july
september: august
october: september
november: october
december: november
january: december""",
            (
                Frame(
                    """we are in {c}
this month is {c}
it is already {c}
the month of {c} has begun
the bill that came is from {c}""",
                    """the coming month is
the next month will be
and after that comes
in the following month it is
a month from now it will be""",
                ),
            ),
        ),
        Kind(
            "pronoun",
            """her: girl, queen, princess, bride, lady, woman, actress
him: boy, king, prince, groom, gentleman, man, actor
them: girls, boys, ladies, women, men, twins, actors""",
            (
                Frame(
                    """yesterday I met the {c}
I saw the {c}
from afar I noticed the {c}
somebody asked about the {c}
I have just seen the {c}
I was thinking of the {c}""",
                    """and everybody wanted to talk to
and I would like to help
so we all went with
nobody really knows
a taxi was waiting for
I wrote a letter to""",
                ),
            ),
        ),
        Kind(
            "colour",
            """yellow: banana, yolk
green: grass, lettuce, avocado
white: snow, milk
red: blood, tomato, strawberry
blue: sky, ocean
black: coal, tar
orange: carrot, pumpkin""",
            (
                Frame(
                    """I drew the {c} on paper
the child painted the {c}
the picture shows the {c}
remember the look of the {c}
imagine the {c}""",
                    """the colour I used is
the right colour is
the pencil I chose was
in the painting it all became
I needed the paint that is""",
                ),
                Frame(
                    """the {c}
the colour of the {c}
in the photo the {c}
they say that the {c}""",
                    """is always
is rather
is very
looks very""",
                    phrase=True,
                ),
            ),
        ),
        Kind(
            "called",
            "",
            (
                Frame(
                    """my name is {c}
I am called {c}
everybody knows me as {c}
I was baptised {c}
my first name is {c}
the name of the baby is {c}
the new pupil is called {c}""",
                    """everybody calls me
the badge says
I introduced myself as
people call me
you can call me
my mother shouted out loud
just call me
I signed the letter as""",
                ),
            ),
        ),
    ),
    names="""anna anthony charles emily emma george james john joseph linda mary matthew michael
paul peter susan""",
    company=Company(
        intros="""{p} and {q} are dating
{p} and {q} live together
{p} and {q} are neighbours
{p} and {q} are in the same class
{p} and {q} have known each other for years
{p} and {q} had a fight yesterday
{p} walked into the room. {q} did too
{p} came to the party. {q} did too
{p} left the house early. {q} did too
{p} is here. {q} is here too
{p} entered the shop and {q} entered right after
{p} works with {q}
{p} lives near {q}
{p} met {q} in the square
{p} invited {q} to dinner
{p} married {q}
{p} has been dating {q} for two years
{p} is in love with {q}
{p} sat down next to {q}
{p} danced with {q} all night
I saw {p} and {q} in the street
{p} and {q} were at the party
yesterday I met {p} and also {q}
I know {p} and {q}
my friends are {p} and {q}
{p} entered the office. {q} was there as well
{p} and {q} went to the cinema
{p} and {q} grew up together
{p} saw {q} in the park
{p} met {q} at the market
{p} travelled with {q}
{p} and {q} play in the same team
{p} had a quarrel with {q}
{p} helped {q} with the move
{p} bought a present for the birthday of {q}
it was the birthday of {q} and {p} came early
{p} borrowed a pen from {q}
{p} waited for {q} at the corner
{p} and {q} have broken up
{p} and {q} have been married for ten years""",
        notes="""{r}'s mother does not like it
{r}'s father does not like this
{r}'s brother knows nothing about it
{r}'s house is far away
{r}'s luggage was lost
{r} came earlier
{r} was hungry
{r} did not say anything
{r} kept silent
{r} brought something to eat
{r} likes music
{r} was very sleepy
{r} looked out of the house
{r}'s family lives in the country
nobody knew {r}'s secret
everybody likes {r}
the mother of {r} does not like it""",
        scenes="""it is late and both are late
both of them were hungry
nobody else was there
they had not seen each other for months
both like to talk
both were in a good mood
the families do not approve of it
everybody noticed
it was past midnight
the conversation was long
both laughed a lot
they met by chance""",
        endings="""so {x} broke up with
{x} said hi to
{x} gave a present to
{x} called
{x} went away with
{x} said goodbye to
{x} apologised to
{x} sent a message to
and {x} told a secret to
{x} argued with
that is why {x} returned the book to
{x} hugged
{x} kept talking to
{x} asked for help from
{x} looked at
{x} smiled at
{x} waved to
but {x} did not speak to
{x} made a coffee for
{x} went back home with
in the end {x} married
{x} took a picture of
{x} walked up to
finally {x} forgave
{x} said good morning to
{x} said bye to
{x} asked the time from
{x} handed the present to
{x} invited
{x} left
{x} misses
{x} still likes
{x} wrote a letter to
then {x} thanked
{x} went out with
so {x} had a quarrel with
{x} does not want to see
{x} paid the lunch of
{x} lent some money to
{x} whispered something to""",
    ),
    asides="""after many years of study
with the help of many people
in spite of the rain and the wind
in the middle of so much confusion
on a very windy afternoon
like almost everybody around there
without any hurry
thanks to a lot of patience
ever since that distant time
because of a long story
with some friends from the neighbourhood
during a very long week
right after lunch
a little before dinner
believe it or not
contrary to what many people think
with a lot of effort and dedication
almost without noticing
between one conversation and another
as is the custom
as far as I remember
to the surprise of everyone
according to what I was told
even with little money
in those difficult times
over several months
when all is said and done
with all the calm in the world
as I said before
strange as it all seems
on quiet days like this one
after the rain had passed
while the wind was blowing softly
when the bus finally arrived
although nobody believes it
if my memory does not fail me
because life is like that
with an old backpack and no map
despite all the difficulties
together with the rest of the group
in a district full of friendly people
near a very calm river
on the other side of the bridge
always in good spirits
among so many other things
as usually happens
long before all this
and later without any plan
year after year
day and night
little by little
from time to time
without telling anyone
most of the time
in rain or in sunshine
from the beginning to the end""",
    remarks="""it rained the whole morning
the bus took a long time to arrive
the street was full of people
the wind blew without a pause
nobody really knew what to do
the trip was long and fun
the train was more than an hour behind
it was a time of many discoveries
the city has changed a lot since then
every day was different
I still remember every detail
the time went by quickly
we laughed about everything
the people were very friendly
dinner was ready very late
somebody played the guitar in the square
the radio announced more rain
the shops closed earlier
we made many friends on the way
life was simple and quiet
there was always some news
lunch was late but excellent
the night fell and nobody noticed
the traffic was terrible
it was not easy in the beginning
step by step everything was settled
each one went their own way
the film ended after ten
the party lasted until dawn
we spent hours talking on the porch
the following months were busy
the bell would not stop ringing
the lights went out twice
it was a day like any other
everything seemed new and interesting
the music came from the street
the whole neighbourhood talked about it
one had to be patient
a lot happened after that
the walk ended at the river
I took many pictures
nobody expected that
the line went around the block
there was little money but it was enough
the suitcase was too heavy
we got up early on the following day
the sun came out late in the afternoon
the story became famous around here
everyone had a different opinion
it was harder than it looks""",
)

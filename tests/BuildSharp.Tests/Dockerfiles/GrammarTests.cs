using System.Reflection;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Testing;
using BuildSharp.Tests.Dockerfiles.Ebnf;
using Pidgin;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>The grammar files and the parsers beside each other. <c>BUILDSHARP_SEED</c> repeats a run.</summary>
public class GrammarTests
{
    private const int Sentences = 300;

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("BUILDSHARP_SEED"), out var given) ? given : Environment.TickCount;

    public static TheoryData<string, string> Productions
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in new[] { "dockerfile", "shell-words" })
            {
                foreach (var name in Load(file).Names)
                {
                    data.Add(file, name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Productions))]
    public void A_production_has_a_parser_of_its_name_that_reads_its_sentences(string file, string production)
    {
        var grammar = Load(file);
        var accepts = ParserNamed(production);
        var random = new Random(Seed);
        for (var i = 0; i < Sentences; i++)
        {
            var sentence = grammar.Sentence(production, random);
            Assert.True(accepts(sentence), $"{production} refuses {GoQuoting.Quote(sentence)} (BUILDSHARP_SEED={Seed})");
        }
    }

    [Fact]
    public void A_reference_of_the_grammar_survives_reading_and_writing()
    {
        var grammar = Load("reference");
        var random = new Random(Seed);
        for (var i = 0; i < Sentences; i++)
        {
            var sentence = grammar.Sentence("reference", random);
            Assert.True(Reference.Parse(sentence).ToString() == sentence, $"{sentence} (BUILDSHARP_SEED={Seed})");
        }
    }

    [Fact]
    public void A_printed_tree_reads_as_the_same_tree()
    {
        var grammar = Load("dockerfile");
        var random = new Random(Seed);
        for (var i = 0; i < Sentences; i++)
        {
            var first = Read(RandomDockerfile(grammar, random));
            var printed = StatementPrinter.Print(first.Statements);
            var second = Read(printed);
            Assert.True(Tree(first) == Tree(second), $"BUILDSHARP_SEED={Seed}\n{Tree(first)}---\n{printed}---\n{Tree(second)}");
        }
    }

    [Fact]
    public void A_flag_that_ends_in_a_blank_is_printed_without_joining_the_next_line()
    {
        var first = Read("UNHEARD --flag\\  --\nRUN true\n");
        Assert.Equal(Tree(first), Tree(Read(StatementPrinter.Print(first.Statements))));
    }

    private static string RandomDockerfile(EbnfGrammar grammar, Random random)
    {
        var text = new System.Text.StringBuilder("FROM scratch\n");
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            var (keyword, production) = Shapes[random.Next(Shapes.Length)];
            text.Append(keyword).Append(' ').Append(random.Next(3) == 0 ? grammar.Sentence("flags", random) + " " : "")
                .Append(grammar.Sentence(production, random)).Append('\n');
            if (random.Next(4) == 0)
            {
                text.Append("RUN cat <<A <<-'B'\n$body \\\nA\n\ttabs\n\tB\n");
            }
        }

        return text.ToString();
    }

    private static readonly (string Keyword, string Production)[] Shapes =
    [
        ("RUN", "arguments"), ("run", "json-array"), ("COPY", "words"), ("ADD", "json-array"), ("ENV", "name-value"), ("LABEL", "legacy-name-value"),
        ("ARG", "quoted-words"), ("CMD", "json-array"), ("Entrypoint", "arguments"), ("HEALTHCHECK", "healthcheck"), ("ONBUILD RUN", "json-array"),
        ("ONBUILD ENV", "legacy-name-value"), ("EXPOSE", "words"), ("WORKDIR", "arguments"), ("UNHEARD", "words"),
    ];

    private static Dockerfile Read(string text) => DockerfileParser.Read([new SourceText(text, "Dockerfile")]);

    private static string Tree(Dockerfile dockerfile) => TreeDump.Of(dockerfile.Statements) + string.Concat(
        dockerfile.Statements.SelectMany(s => s.Heredocs).Select(h => $"{h.FileDescriptor}{h.Name}{h.Expands}{h.StripsTabs}{h.Body}\n"));

    private static EbnfGrammar Load(string name) => new(File.ReadAllText(Path.Combine(Checkout.Root, "grammar", name + ".ebnf")));

    /// <summary>The parser of a production: a member of its name, in any grammar.</summary>
    private static Predicate<string> ParserNamed(string production)
    {
        var name = string.Concat(production.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        const BindingFlags Any = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;
        var member = typeof(LineGrammar).Assembly.GetTypes().Where(type => type.Namespace == typeof(LineGrammar).Namespace)
            .SelectMany(type => type.GetMember(name, Any)).Single(member => ParserType(member) is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Parser<,>));
        var owner = IsStatic(member) ? null : member.DeclaringType!.GetMethod("For")!.Invoke(null, ['\\']);
        var parser = member switch
        {
            PropertyInfo property => property.GetValue(owner)!,
            MethodInfo method => method.Invoke(owner, [.. method.GetParameters().Select(p => p.ParameterType == typeof(char) ? (object)'\\' : "name")])!,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var reads = typeof(GrammarTests).GetMethod(nameof(Reads), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(ParserType(member)!.GetGenericArguments()[1]);
        return sentence => (bool)reads.Invoke(null, [parser, sentence])!;
    }

    private static bool Reads<T>(Parser<char, T> parser, string sentence) => parser.Before(Parser<char>.End).Parse(sentence).Success;

    private static Type? ParserType(MemberInfo member) => (member as PropertyInfo)?.PropertyType ?? (member as MethodInfo)?.ReturnType;

    private static bool IsStatic(MemberInfo member) => member is PropertyInfo property ? property.GetMethod!.IsStatic : ((MethodInfo)member).IsStatic;
}

using System.Reflection;
using BuildSharp.Notation;
using BuildSharp.Testing;
using BuildSharp.Tests.Dockerfiles.Ebnf;
using Pidgin;

namespace BuildSharp.Tests.Notation;

/// <summary>The grammar files of the notations and their parsers beside each other. <c>BUILDSHARP_SEED</c> repeats a run.</summary>
public class NotationGrammarTests
{
    private const int Sentences = 300;

    private static readonly (string File, Type Parsers)[] Grammars =
    [
        ("duration", typeof(GoDuration)),
        ("csv", typeof(CsvRecord)),
        ("glob", typeof(GlobGrammar)),
        ("mode", typeof(ModeChange)),
        ("mount", typeof(MountGrammar)),
        ("user", typeof(UserSpec)),
    ];

    public static TheoryData<string, string> Productions
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (file, _) in Grammars)
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
        var accepts = ParserNamed(Grammars.Single(pair => pair.File == file).Parsers, production);
        var random = new Random(Seed.Value);
        for (var i = 0; i < Sentences; i++)
        {
            var sentence = grammar.Sentence(production, random);
            Assert.True(accepts(sentence), $"{production} refuses {GoQuoting.Quote(sentence)} ({Seed.Shown})");
        }
    }

    private static EbnfGrammar Load(string name) => new(File.ReadAllText(Path.Combine(Checkout.Root, "grammar", name + ".ebnf")));

    private static Predicate<string> ParserNamed(Type parsers, string production)
    {
        var name = string.Concat(production.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        var parser = parsers.GetProperty(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null)
            ?? throw new InvalidOperationException($"{parsers.Name} has no parser {name}.");
        var reads = typeof(NotationGrammarTests).GetMethod(nameof(Reads), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(parser.GetType().BaseType is { } type ? ValueType(type) : throw new InvalidOperationException(name));
        return sentence => (bool)reads.Invoke(null, [parser, sentence])!;
    }

    private static Type ValueType(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Parser<,>)
        ? type.GetGenericArguments()[1]
        : ValueType(type.BaseType!);

    private static bool Reads<T>(Parser<char, T> parser, string sentence) => parser.Before(Parser<char>.End).Parse(sentence).Success;
}

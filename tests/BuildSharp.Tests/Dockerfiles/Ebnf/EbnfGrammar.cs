using System.Text;

namespace BuildSharp.Tests.Dockerfiles.Ebnf;

/// <summary>A grammar file of ours, and sentences of its productions.</summary>
internal sealed class EbnfGrammar
{
    private const int LongestRepetition = 3;
    private const int Deepest = 12;
    private readonly Dictionary<string, Node> _productions = [];
    private readonly List<string> _tokens;
    private int _position;

    public EbnfGrammar(string text)
    {
        _tokens = [.. Tokens(text)];
        while (_position < _tokens.Count)
        {
            var name = Take();
            Expect("=");
            _productions.Add(name, Alternatives());
            Expect(";");
        }
    }

    /// <summary>The names of the productions, in order.</summary>
    public IEnumerable<string> Names => _productions.Keys;

    /// <summary>A random sentence of a production.</summary>
    public string Sentence(string production, Random random)
    {
        var output = new StringBuilder();
        Write(new Node.Name(production), output, random, 0);
        return output.ToString();
    }

    private void Write(Node node, StringBuilder output, Random random, int depth)
    {
        switch (node)
        {
            case Node.Text text: output.Append(text.Value); break;
            case Node.Class set: output.Append(CharacterClasses.Sample(set.Value, random)); break;
            case Node.Name name: Write(_productions[name.Value], output, random, depth + 1); break;
            case Node.Sequence sequence:
                foreach (var item in sequence.Items)
                {
                    Write(item, output, random, depth);
                }

                break;
            case Node.Choice choice: Write(choice.Items[random.Next(choice.Items.Count)], output, random, depth); break;
            case Node.Optional optional:
                if (depth < Deepest && random.Next(2) == 0)
                {
                    Write(optional.Item, output, random, depth);
                }

                break;
            case Node.Repeated repeated:
                for (var i = depth < Deepest ? random.Next(LongestRepetition + 1) : 0; i > 0; i--)
                {
                    Write(repeated.Item, output, random, depth);
                }

                break;
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    private Node Alternatives()
    {
        var items = new List<Node> { Sequence() };
        while (Peek() == "|")
        {
            _position++;
            items.Add(Sequence());
        }

        return items.Count == 1 ? items[0] : new Node.Choice(items);
    }

    private Node Sequence()
    {
        var items = new List<Node> { Item() };
        while (Peek() == ",")
        {
            _position++;
            items.Add(Item());
        }

        return items.Count == 1 ? items[0] : new Node.Sequence(items);
    }

    private Node Item()
    {
        var token = Take();
        switch (token)
        {
            case "(": return Closed(")");
            case "[": return new Node.Optional(Closed("]"));
            case "{": return new Node.Repeated(Closed("}"));
            case ['"' or '\'', ..]: return new Node.Text(token[1..^1]);
            case ['?', ..]: return new Node.Class(token[1..^1].Trim());
            default: return new Node.Name(token);
        }
    }

    private Node Closed(string close)
    {
        var node = Alternatives();
        Expect(close);
        return node;
    }

    private string? Peek() => _position < _tokens.Count ? _tokens[_position] : null;

    private string Take() => _tokens[_position++];

    private void Expect(string token) => Assert.Equal(token, Take());

    private static IEnumerable<string> Tokens(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
            }
            else if (text.AsSpan(i).StartsWith("(*"))
            {
                i = text.IndexOf("*)", i, StringComparison.Ordinal) + 2;
            }
            else if (text[i] is '"' or '\'' or '?')
            {
                var end = text.IndexOf(text[i], i + 1);
                yield return text[i..(end + 1)];
                i = end + 1;
            }
            else if (char.IsLetter(text[i]))
            {
                var end = i;
                while (char.IsLetterOrDigit(text[end]) || text[end] == '-')
                {
                    end++;
                }

                yield return text[i..end];
                i = end;
            }
            else
            {
                yield return text[i++].ToString();
            }
        }
    }

    private abstract record Node
    {
        public sealed record Text(string Value) : Node;

        public sealed record Class(string Value) : Node;

        public sealed record Name(string Value) : Node;

        public sealed record Sequence(List<Node> Items) : Node;

        public sealed record Choice(List<Node> Items) : Node;

        public sealed record Optional(Node Item) : Node;

        public sealed record Repeated(Node Item) : Node;
    }
}

using BuildSharp.Dockerfiles;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>The cases of grammar/cases: a folder with a Dockerfile and the tree it must give.</summary>
public class OwnCaseTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "grammar", "cases");

    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_parses_to_its_tree(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name, "Dockerfile"));
        var tree = TreeDump.Of(DockerfileParser.Read([SourceText.FromBytes(bytes, "Dockerfile")]).Statements);
        var expected = Path.Combine(Folder, name, "ast.txt");
        var received = Path.Combine(Folder, name, "ast.received.txt");
        if (File.Exists(expected) && File.ReadAllText(expected) == tree)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, tree);
        Assert.Fail($"If this is right, mv {received} {expected}:\n{tree}");
    }
}

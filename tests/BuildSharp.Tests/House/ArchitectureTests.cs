using System.Xml.Linq;
using BuildSharp.Testing;

namespace BuildSharp.Tests.House;

/// <summary>Reads the project files: a reference the drawing does not have fails here, before anybody builds on it.</summary>
public class ArchitectureTests
{
    /// <summary>Who may reference whom. Nothing may reference Cli.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Notation"] = [],
        ["Oci"] = ["Notation"],
        ["Linux"] = [],
        ["Registry"] = ["Notation", "Oci", "Linux"],
        ["Dockerfiles"] = ["Notation", "Oci"],
        ["Storage"] = ["Notation", "Oci", "Linux"],
        ["Transports"] = ["Notation", "Oci", "Linux", "Registry", "Storage"],
        ["Running"] = ["Notation", "Oci", "Linux"],
        ["Containers"] = ["Notation", "Oci", "Linux", "Registry", "Storage", "Transports", "Running"],
        ["Build"] = ["Notation", "Dockerfiles", "Containers", "Running", "Oci", "Linux", "Storage", "Transports"],
        ["Cli"] = ["Notation", "Oci", "Linux", "Registry", "Dockerfiles", "Storage", "Transports", "Running", "Containers", "Build"],
    };

    [Fact]
    public void Src_has_exactly_these_projects()
    {
        var found = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(RoomOf);
        Assert.Equal(Arrows.Keys.Order(), found.Order());
    }

    [Fact]
    public void No_project_references_one_it_should_not_know()
    {
        string[] forbidden = [.. Arrows.SelectMany(pair => References(pair.Key).Except(pair.Value).Select(to => $"{pair.Key} → {to}"))];
        Assert.Empty(forbidden);
    }

    [Theory]
    [InlineData("Microsoft.Extensions.FileSystemGlobbing", "Cli")]
    [InlineData("Pidgin", "Notation", "Dockerfiles")]
    [InlineData("SharpCompress", "Oci")]
    [InlineData("System.IO.Hashing", "Oci", "Storage")]
    [InlineData("System.CommandLine", "Cli")]
    [InlineData("Tmds.LibC", "Linux")]
    [InlineData("Tomlyn", "Notation")]
    public void A_package_stays_in_the_rooms_that_need_it(string package, params string[] rooms)
    {
        var users = Arrows.Keys.Where(name => Items(name, "PackageReference").Contains(package));
        Assert.Equal(rooms, users);
    }

    [Fact]
    public void No_package_version_is_written_outside_the_central_file()
    {
        string[] strays = [.. Arrows.Keys.Where(room => Project(room).Descendants("PackageReference").Any(item => item.Attribute("Version") is not null))];
        Assert.Empty(strays);
    }

    /// <summary>Only these two may hold pointers: the kernel's interface, and the JSON encoder .NET declares with one.</summary>
    [Fact]
    public void Unsafe_code_is_allowed_only_where_it_was_argued_for()
    {
        var rooms = Arrows.Keys.Where(room =>
            Project(room).Descendants("AllowUnsafeBlocks").Any(item => item.Value == "true"));
        Assert.Equal(["Oci", "Linux"], rooms);
    }

    private static IEnumerable<string> References(string room) => Items(room, "ProjectReference").Select(RoomOf);

    private static IEnumerable<string> Items(string room, string kind) =>
        Project(room).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    private static XDocument Project(string room) =>
        XDocument.Load(Path.Combine(Checkout.Root, "src", $"BuildSharp.{room}", $"BuildSharp.{room}.csproj"));

    private static string RoomOf(string projectFile) => Path.GetFileNameWithoutExtension(projectFile)["BuildSharp.".Length..];
}

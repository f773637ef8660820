using BuildSharp.Storage;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Tests.Storage.Checking;

/// <summary>A store with an image, one above it, and a container on the upper one: to be broken.</summary>
internal sealed class SampleStore : IDisposable
{
    private readonly SharedStore _shared;

    /// <param name="driver">Driver of the store.</param>
    /// <param name="furnish">Puts more into the lower image, whose root it is given, when the flag is false, and into the upper when true.</param>
    public SampleStore(string driver = "overlay", Action<string, bool>? furnish = null)
    {
        _shared = new SharedStore(driver);
        Store = _shared.Open();
        Base = Commit(Store.Containers.Create(new NewContainer()), "first", "localhost/base:1", root => furnish?.Invoke(root, false));
        Upper = Commit(Store.Containers.Create(new NewContainer { ImageId = Base.Id }), "second", "localhost/upper:1", root => furnish?.Invoke(root, true));
        Container = Store.Containers.Create(new NewContainer
        {
            Names = ["work"],
            ImageId = Upper.Id,
            Files = [new("buildah.json", "{\"type\":\"buildah 0.0.1\"}"u8.ToArray())],
        });
    }

    /// <summary>The same store again, elsewhere.</summary>
    public SampleStore(SampleStore original)
    {
        _shared = new SharedStore(original._shared.Driver);
        BuildSharp.Testing.Tool.Named("cp").Run(["-a", original._shared.Root, _shared.Root]);
        Store = _shared.Open();
        (Base, Upper, Container) = (original.Base, original.Upper, original.Container);
    }

    public Store Store { get; }

    public StoredImage Base { get; }

    public StoredImage Upper { get; }

    public StoredContainer Container { get; }

    public StoreOptions Options => _shared.Options;

    public SharedStore Shared => _shared;

    public string this[string relative] => Path.Combine(_shared.Root, relative);

    public string LayerPath(string id, string file = "") => Path.Combine(Path.GetDirectoryName(Store.Layers.ContentPath(id))!, file);

    public string TarSplit(string id) => this[$"{_shared.Driver}-layers/{id}.tar-split.gz"];

    public IReadOnlyList<string> Check(CheckOptions? options = null)
    {
        using var fresh = _shared.Open();
        return [.. fresh.Check(options ?? new CheckOptions()).Select(Line)];
    }

    public IReadOnlyList<string> Repair(bool force = false) => Check(new CheckOptions { Repair = true, Force = force });

    /// <summary>Changes the text of a file of records, as a hand with an editor does.</summary>
    public void Edit(string kind, Func<string, string> change)
    {
        var file = this[$"{_shared.Driver}-{kind}/{kind}.json"];
        var before = File.ReadAllText(file);
        var after = change(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(file, after);
    }

    /// <summary>Adds a record to a file of records.</summary>
    public void AddRecord(string kind, string json) => Edit(kind, text => $"{text.TrimEnd()[..^1]}{(text.Trim() == "[]" ? "" : ",")}{json}]");

    public void Dispose()
    {
        Store.Dispose();
        _shared.Dispose();
    }

    private StoredImage Commit(StoredContainer container, string content, string name, Action<string> furnish)
    {
        var root = Store.Containers.Mount(container.Id);
        File.WriteAllText(Path.Combine(root, content), content);
        furnish(root);
        Store.Containers.Unmount(container.Id);
        return SharedStore.CommitImage(Store, container, name, adopt: true);
    }

    private string Line(Finding finding)
    {
        var word = (finding.Outcome == FindingOutcome.Reported ? $"{finding.Kind}" : $"{finding.Outcome}").ToLowerInvariant();
        return $"{word}: {finding.Text}"
            .Replace(_shared.Root, "ROOT", StringComparison.Ordinal).Replace(_shared.RunRoot, "RUN", StringComparison.Ordinal)
            .Replace(Base.TopLayer!, "BASE", StringComparison.Ordinal).Replace(Upper.TopLayer!, "UPPER", StringComparison.Ordinal)
            .Replace(Container.LayerId, "OWN", StringComparison.Ordinal).Replace(Container.Id, "CONTAINER", StringComparison.Ordinal)
            .Replace(Base.Id, "IMAGE1", StringComparison.Ordinal).Replace(Upper.Id, "IMAGE2", StringComparison.Ordinal);
    }
}

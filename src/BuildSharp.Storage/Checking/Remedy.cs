using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>A change that repairs a finding. The set is closed: a repair makes no other change to a store.</summary>
internal abstract record Remedy
{
    private Remedy()
    {
    }

    /// <summary>Removes a layer's record and files; no image, container or layer uses it.</summary>
    internal sealed record RemoveLayer(string Id) : Remedy;

    /// <summary>Removes a file, link or directory tree that no record names.</summary>
    internal sealed record RemovePath(string Path) : Remedy;

    /// <summary>Removes a staging directory whose process has ended.</summary>
    internal sealed record RemoveStaged(string Root, string Name) : Remedy;

    /// <summary>Creates a layer's short link again, with its previous name if that is known.</summary>
    internal sealed record Relink(string LayerId, string? Link) : Remedy;

    /// <summary>Writes a layer's list of lower layers again.</summary>
    internal sealed record RewriteLowers(string LayerId) : Remedy;

    /// <summary>Sets owner, mode and attributes of a layer's files to those in its tar, whose digest is correct.</summary>
    internal sealed record RestoreAttributes(StoredLayer Layer, IReadOnlyList<TarHeader> Entries) : Remedy;

    /// <summary>Completes or undoes a killed commit that was turning a container's layer into an image's layer.</summary>
    internal sealed record SettleAdoption(string ContainerId) : Remedy;

    /// <summary>Deletes a layer's mount count.</summary>
    internal sealed record ForgetMount(string LayerId) : Remedy;

    /// <summary>Unmounts a mount that has no mount count.</summary>
    internal sealed record Unmount(string Path) : Remedy;

    /// <summary>Removes a name from a record if a later record has it too.</summary>
    internal sealed record DropName(RecordKind Kind, string Id, string Name) : Remedy;

    /// <summary>Removes an unusable record and everything that depends on it. For damage only with
    /// <see cref="CheckOptions.Force"/>.</summary>
    internal sealed record Discard(RecordKind Kind, string Id) : Remedy;
}

/// <summary>The three kinds of records.</summary>
internal enum RecordKind
{
    Layer,
    Image,
    Container,
}

using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage;

/// <summary>What a repair does about a finding. A closed set: whatever is not here is never done to a store.</summary>
internal abstract record Remedy
{
    private Remedy()
    {
    }

    /// <summary>Drop a layer's record and its files; no image, container or layer stands on it.</summary>
    internal sealed record RemoveLayer(string Id) : Remedy;

    /// <summary>Remove a file, link or tree that no record names.</summary>
    internal sealed record RemovePath(string Path) : Remedy;

    /// <summary>Remove a staging place whose owner is gone.</summary>
    internal sealed record RemoveStaged(string Root, string Name) : Remedy;

    /// <summary>Write a layer's short link again, under its name of before where that is known.</summary>
    internal sealed record Relink(string LayerId, string? Link) : Remedy;

    /// <summary>Write a layer's list of lower layers again.</summary>
    internal sealed record RewriteLowers(string LayerId) : Remedy;

    /// <summary>Give files of a layer the owner, mode and attributes that its tar has, whose digest is right.</summary>
    internal sealed record RestoreAttributes(StoredLayer Layer, IReadOnlyList<TarHeader> Entries) : Remedy;

    /// <summary>Bring a container's layer that a commit was about to make an image's into order.</summary>
    internal sealed record SettleAdoption(string ContainerId) : Remedy;

    /// <summary>Forget that a layer is mounted.</summary>
    internal sealed record ForgetMount(string LayerId) : Remedy;

    /// <summary>Unmount what nobody counts as mounted.</summary>
    internal sealed record Unmount(string Path) : Remedy;

    /// <summary>Take a name from a record that shares it with a later one.</summary>
    internal sealed record DropName(RecordKind Kind, string Id, string Name) : Remedy;

    /// <summary>Remove a record that cannot be used any more, with everything that stands on it. For damage only where the user insists.</summary>
    internal sealed record Discard(RecordKind Kind, string Id) : Remedy;
}

/// <summary>The three kinds of records.</summary>
internal enum RecordKind
{
    Layer,
    Image,
    Container,
}

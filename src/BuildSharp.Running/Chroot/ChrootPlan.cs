using System.Text;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Chroot;

/// <summary>What the first stage of a run gets from its parent, which is the same program.</summary>
/// <remarks>In bytes rather than JSON: making ready to read and write JSON takes longer than the run of a short command.</remarks>
/// <param name="Spec">The runtime config; what no stage uses is left out: hooks, annotations, limits, the seccomp section, the console's
/// size.</param>
/// <param name="Filter">The translated seccomp section; empty for no filter.</param>
/// <param name="FilterFlags">Flags of the filter.</param>
/// <param name="NoPivot">Whether to use chroot instead of pivot_root.</param>
internal sealed record ChrootPlan(RuntimeSpec Spec, byte[] Filter, uint FilterFlags, bool NoPivot)
{
    /// <summary>The plan as bytes.</summary>
    public byte[] Write()
    {
        var (memory, process) = (new MemoryStream(), Spec.Process);
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Filter.Length);
        writer.Write(Filter);
        writer.Write(FilterFlags);
        writer.Write(NoPivot);
        writer.Write(process.Terminal);
        writer.Write(process.User.Uid);
        writer.Write(process.User.Gid);
        Write(writer, process.User.AdditionalGids, writer.Write);
        Write(writer, process.Args, writer.Write);
        Write(writer, process.Env, writer.Write);
        writer.Write(process.Cwd);
        writer.Write(CapabilitySet.Of(process.Capabilities.Bounding).Bits);
        writer.Write(CapabilitySet.Of(process.Capabilities.Permitted).Bits);
        Write(writer, process.Rlimits, limit =>
        {
            writer.Write(limit.Type);
            writer.Write(limit.Soft);
            writer.Write(limit.Hard);
        });
        writer.Write(process.NoNewPrivileges);
        writer.Write(process.ApparmorProfile ?? "");
        writer.Write(Spec.RootPath);
        writer.Write(Spec.Hostname);
        Write(writer, Spec.Mounts, mount =>
        {
            writer.Write(mount.Destination);
            writer.Write(mount.Type);
            writer.Write(mount.Source);
            Write(writer, mount.Options, writer.Write);
        });
        Write(writer, [.. Spec.Sysctl], entry =>
        {
            writer.Write(entry.Key);
            writer.Write(entry.Value);
        });
        Write(writer, Spec.Namespaces, space =>
        {
            writer.Write(space.Type);
            writer.Write(space.Path ?? "");
        });
        Write(writer, Spec.Devices, device =>
        {
            writer.Write(device.Path);
            writer.Write(device.Type);
            writer.Write(device.Major);
            writer.Write(device.Minor);
            writer.Write(device.FileMode);
            writer.Write(device.Uid);
            writer.Write(device.Gid);
        });
        Write(writer, Spec.MaskedPaths, writer.Write);
        Write(writer, Spec.ReadonlyPaths, writer.Write);
        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>Reads what <see cref="Write()"/> has written.</summary>
    /// <exception cref="EndOfStreamException">The bytes are not a plan.</exception>
    public static ChrootPlan Read(byte[] bytes)
    {
        // The arguments of constructors and initialisers are evaluated in the order in which they stand here: that of the bytes.
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var filter = reader.ReadBytes(reader.ReadInt32());
        var flags = reader.ReadUInt32();
        var noPivot = reader.ReadBoolean();
        var process = new SpecProcess
        {
            Terminal = reader.ReadBoolean(),
            User = new SpecUser(reader.ReadUInt32(), reader.ReadUInt32(), Read(reader, reader.ReadUInt32)),
            Args = Read(reader, reader.ReadString),
            Env = Read(reader, reader.ReadString),
            Cwd = reader.ReadString(),
            Capabilities = new SpecCapabilities(
                new CapabilitySet(reader.ReadUInt64()).Names, [], new CapabilitySet(reader.ReadUInt64()).Names),
            Rlimits = Read(reader, () => new SpecRlimit(reader.ReadString(), reader.ReadUInt64(), reader.ReadUInt64())),
            NoNewPrivileges = reader.ReadBoolean(),
            ApparmorProfile = OrNull(reader.ReadString()),
        };
        var spec = new RuntimeSpec
        {
            Process = process,
            RootPath = reader.ReadString(),
            Hostname = reader.ReadString(),
            Mounts = Read(reader, () => new SpecMount(reader.ReadString(), reader.ReadString(), reader.ReadString(), Read(reader, reader.ReadString))),
            Sysctl = new Dictionary<string, string>(Read(reader, () => KeyValuePair.Create(reader.ReadString(), reader.ReadString()))),
            Namespaces = Read(reader, () => new SpecNamespace(reader.ReadString(), OrNull(reader.ReadString()))),
            Devices = Read(reader, () => new SpecDevice(
                reader.ReadString(), reader.ReadString(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32())),
            MaskedPaths = Read(reader, reader.ReadString),
            ReadonlyPaths = Read(reader, reader.ReadString),
        };
        return new ChrootPlan(spec, filter, flags, noPivot);
    }

    private static void Write<T>(BinaryWriter writer, IReadOnlyList<T> items, Action<T> write)
    {
        writer.Write(items.Count);
        foreach (var item in items)
        {
            write(item);
        }
    }

    private static T[] Read<T>(BinaryReader reader, Func<T> read)
    {
        var items = new T[reader.ReadInt32()];
        for (var number = 0; number < items.Length; number++)
        {
            items[number] = read();
        }

        return items;
    }

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}

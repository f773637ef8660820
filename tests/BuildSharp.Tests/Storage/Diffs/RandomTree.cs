using System.Text;
using BuildSharp.Linux;

namespace BuildSharp.Tests.Storage.Diffs;

/// <summary>Fills and changes trees at random, from a seed: files, sparse files, links of both kinds, devices, pipes, odd names,
/// modes, owners and attributes. Times are whole seconds and set last.</summary>
internal sealed class RandomTree(DirectoryHandle root, Random random)
{
    private static readonly string[] Names =
        ["a", "b", "b-", "b!", "c.txt", "ünï", "with space", new('n', 120), "Z", "0", ".hidden", "-dash", "new\nline"];

    private readonly List<byte[]> _directories = [[]];
    private readonly List<byte[]> _files = [];

    /// <summary>Adds names to the tree as it is.</summary>
    public void Grow(int count)
    {
        Scan();
        for (var i = 0; i < count; i++)
        {
            Add();
        }
    }

    /// <summary>Removes, replaces, changes and adds names.</summary>
    public void Change(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Scan();
            switch (random.Next(6))
            {
                case 0 when _files.Count > 0:
                    root.RemoveTree(Pick(_files));
                    break;
                case 1 when _directories.Count > 3:
                    root.RemoveTree(Pick(_directories[1..]));
                    break;
                case 2 when _directories.Count > 3:
                    var replaced = Pick(_directories[1..]);
                    root.RemoveTree(replaced);
                    root.MakeDirectory(replaced, 0x1ED);
                    break;
                case 3 when _files.Count > 0:
                    Decorate(Pick(_files));
                    break;
                default:
                    Add();
                    break;
            }
        }
    }

    /// <summary>Gives every name whose time has a fraction, because it was just touched, one in whole seconds.</summary>
    public void SetTimes()
    {
        Scan();
        foreach (var path in _files.Concat(_directories.AsEnumerable().Reverse().Where(d => d.Length > 0)))
        {
            var status = root.Stat(path);
            if (status.ModifiedNanoseconds != 0)
            {
                root.SetTimes(path, random.Next(-1000, 2_000_000_000), 0);
            }
        }
    }

    private void Scan()
    {
        _directories.Clear();
        _files.Clear();
        _directories.Add([]);
        Scan(root, []);
    }

    private void Scan(DirectoryHandle directory, byte[] prefix)
    {
        foreach (var entry in directory.ReadEntries().OrderBy(e => Convert.ToHexString(e.Name), StringComparer.Ordinal))
        {
            byte[] path = [.. prefix, .. entry.Name];
            if (entry.Type == FileType.Directory)
            {
                _directories.Add(path);
                using var inner = directory.OpenDirectory(entry.Name);
                Scan(inner, [.. path, (byte)'/']);
            }
            else
            {
                _files.Add(path);
            }
        }
    }

    private void Add()
    {
        var parent = Pick(_directories);
        var name = random.Next(8) == 0 ? [(byte)'x', 0xFF, (byte)random.Next(200, 256)] : Encoding.UTF8.GetBytes(Names[random.Next(Names.Length)]);
        var path = parent.Length == 0 ? name : [.. parent, (byte)'/', .. name];
        if (path.Length > 1500 || root.Exists(path))
        {
            return;
        }

        switch (random.Next(10))
        {
            case < 3:
                root.MakeDirectory(path, 0x1ED);
                _directories.Add(path);
                break;
            case 3:
                root.SymbolicLink(Encoding.UTF8.GetBytes(random.Next(2) == 0 ? "../a" : new string('t', 150)), path);
                root.SetOwner(path, Owner(), Owner());
                _files.Add(path);
                return;
            case 4 when _files.Count > 0:
                root.HardLink(Pick(_files), path);
                _files.Add(path);
                return;
            case 5:
                root.MakeNode(path, random.Next(3) switch { 0 => FileType.Fifo, 1 => FileType.CharacterDevice, _ => FileType.BlockDevice }, 0x1A4, 1, 7);
                _files.Add(path);
                break;
            default:
                WriteFile(path);
                _files.Add(path);
                break;
        }

        Decorate(path);
    }

    private void WriteFile(byte[] path)
    {
        using var file = root.CreateFile(path, 0x1A4);
        var content = new byte[random.Next(4) switch { 0 => 0, 1 => random.Next(2000), 2 => 512 * random.Next(5), _ => random.Next(400_000) }];
        random.NextBytes(content);
        FileDescriptor.Write(file, content);
        if (random.Next(5) == 0)
        {
            FileDescriptor.SetLength(file, content.Length + 1_000_000);
        }
    }

    private void Decorate(byte[] path)
    {
        var status = root.Stat(path);
        root.SetOwner(path, Owner(), Owner());
        if (!status.IsSymbolicLink)
        {
            root.SetMode(path, random.Next(0x1000) | 0x100);
        }

        if ((status.IsRegular || status.IsDirectory) && random.Next(3) == 0)
        {
            root.SetXattr(path, "user.b"u8, [0, 1, 0xFF, (byte)random.Next(256)]);
        }

        if (status.IsRegular && random.Next(5) == 0)
        {
            root.SetXattr(path, "security.capability"u8, Convert.FromHexString("0100000200040000000000000000000000000000"));
        }
    }

    private uint Owner() => random.Next(3) switch { 0 => 0, 1 => (uint)random.Next(70_000), _ => 3_000_000 };

    private byte[] Pick(List<byte[]> paths) => paths[random.Next(paths.Count)];
}

using System.Collections.Concurrent;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Embedded.DurableTask.Store;
using SQLitePCL;

namespace Embedded.DurableTask.Tests.Faults;

/// <summary>Makes one operation of the store fail: from its n-th call on, so many times.</summary>
internal sealed partial class FaultyStore(string operation, int from, int count, bool isArbitrary)
{
    readonly ConcurrentDictionary<string, int> _calls = new();
    int _fired;

    public int Fired => Volatile.Read(ref _fired);

    /// <summary>The operations that were called.</summary>
    public IEnumerable<string> Called => _calls.Keys;

    public void Before(string name)
    {
        int call = _calls.AddOrUpdate(name, 1, (_, n) => n + 1);
        if (name == operation && call >= from && call < from + count)
        {
            Interlocked.Increment(ref _fired);
            throw isArbitrary ? new ArithmeticException("as told") : new SqliteException(raw.SQLITE_FULL, "database or disk is full");
        }
    }

    /// <summary>Whether the exception is the one that this store throws.</summary>
    public static bool IsTold(Exception e) => e is SqliteException { IsDiskFull: true } or ArithmeticException { Message: "as told" };

    /// <summary>The names of all operations that the store has, as they stand in its assembly.</summary>
    public static IReadOnlyList<string> Operations()
    {
        using var file = new PEReader(File.OpenRead(typeof(EmbeddedTaskHub).Assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        var names = new List<string>();
        UserStringHandle handle = MetadataTokens.UserStringHandle(1);
        while (!handle.IsNil)
        {
            string text = metadata.GetUserString(handle);
            if (OperationName().IsMatch(text))
            {
                names.Add(text);
            }

            handle = metadata.GetNextHandle(handle);
        }

        return names;
    }

    [GeneratedRegex(@"^(commit|(instance|history|timer|inbox|entity|tag|input)\.[a-z]+)$")]
    private static partial Regex OperationName();
}

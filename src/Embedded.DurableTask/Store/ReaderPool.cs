using System.Collections.Concurrent;

namespace Embedded.DurableTask.Store;

/// <summary>Lends read connections. Readers never wait for the writer, nor it for them.</summary>
internal sealed class ReaderPool(string file) : IDisposable
{
    readonly ConcurrentBag<StoreReader> _free = [];
    bool _disposed;

    public T Read<T>(Func<StoreReader, T> read)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(EmbeddedTaskHub));
        if (!_free.TryTake(out StoreReader? reader))
        {
            reader = new StoreReader(SqliteConnection.Open(file, readOnly: true));
        }

        bool sound = false;
        try
        {
            T result = read(reader);
            sound = true;
            return result;
        }
        finally
        {
            // After a failure a statement may be left in the middle of its rows: such a reader is not lent again.
            if (sound && !Volatile.Read(ref _disposed))
            {
                _free.Add(reader);
            }
            else
            {
                reader.Dispose();
            }
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        while (_free.TryTake(out StoreReader? reader))
        {
            reader.Dispose();
        }
    }
}

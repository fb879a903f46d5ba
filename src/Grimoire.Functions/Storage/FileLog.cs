namespace Grimoire.Functions.Storage;

/// <summary>Logs as files to which lines are added. Additions that wait while another is flushed are written together, with one flush for all.</summary>
sealed class FileLog(FileNames names, FileDisk disk, DiskThreads threads, NameLocks locks)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, List<Addition>> _waiting = new(StringComparer.Ordinal);

    public async Task<bool> AppendAsync(string name, ReadOnlyMemory<byte> content, bool begin, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var path = names.PathOf(name);
        var addition = new Addition(content, begin);
        bool first;
        lock (_gate)
        {
            first = !_waiting.TryGetValue(name, out var waiting);
            if (first)
            {
                _waiting[name] = waiting = [];
            }

            waiting!.Add(addition);
        }

        if (first)
        {
            // On its own: who came first does not stay to write for those who come later, and cannot cancel them.
            _ = Task.Run(() => DrainAsync(name, path), CancellationToken.None);
        }

        return await addition.Done.Task.ConfigureAwait(false);
    }

    /// <summary>Waits for a write that is under way: what is given out here is on the disk, and whole.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(string name, long offset, CancellationToken cancellation)
    {
        var path = names.PathOf(name);
        using var held = await locks.EnterAsync(name, cancellation).ConfigureAwait(false);
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            if (offset >= file.Length)
            {
                return ReadOnlyMemory<byte>.Empty;
            }

            var content = new byte[file.Length - offset];
            file.Position = offset;
            await file.ReadExactlyAsync(content, cancellation).ConfigureAwait(false);

            // Half a line is what a crash has left; the next addition cuts it off.
            return content.AsMemory(0, content.AsSpan().LastIndexOf((byte)'\n') + 1);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    async Task DrainAsync(string name, string path)
    {
        while (true)
        {
            using var held = await locks.EnterAsync(name, CancellationToken.None).ConfigureAwait(false);
            List<Addition> batch;
            lock (_gate)
            {
                batch = _waiting[name];
                if (batch.Count == 0)
                {
                    _waiting.Remove(name);
                    return;
                }

                _waiting[name] = [];
            }

            try
            {
                var isWritten = await threads.RunAsync(() => TryWrite(path, batch)).ConfigureAwait(false);
                batch.ForEach(addition => addition.Done.SetResult(isWritten));
            }
            catch (Exception failure)
            {
                // Each caller is told, and decides for itself.
                batch.ForEach(addition => addition.Done.SetException(failure));
            }
        }
    }

    /// <summary>False if there is no log, and nothing that is to begin one.</summary>
    bool TryWrite(string path, List<Addition> batch)
    {
        if (!batch.Exists(addition => addition.Begins) && !File.Exists(path))
        {
            return false;
        }

        var folder = disk.FolderFor(path);
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        var length = WholeLines(file);
        try
        {
            RandomAccess.Write(file, batch.ConvertAll(addition => addition.Content), length);
            RandomAccess.FlushToDisk(file);
            if (length == 0)
            {
                FileDisk.SyncFolder(folder);
            }

            return true;
        }
        catch
        {
            // Who is told that it failed adds it again.
            RandomAccess.SetLength(file, length);
            throw;
        }
    }

    /// <summary>Cuts off what a crash has left of a line: nobody was told that it is there. Gives the length of the rest.</summary>
    static long WholeLines(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        var end = length;
        var buffer = new byte[1];
        while (end > 0)
        {
            var from = Math.Max(0, end - buffer.Length);
            var read = buffer.AsSpan(0, (int)(end - from));
            for (var got = 0; got < read.Length;)
            {
                var count = RandomAccess.Read(file, read[got..], from + got);
                got += count > 0 ? count : throw new EndOfStreamException("The log became shorter while it was read.");
            }

            var last = read.LastIndexOf((byte)'\n');
            if (last >= 0)
            {
                end = from + last + 1;
                break;
            }

            end = from;
            buffer = new byte[4096];
        }

        if (end < length)
        {
            RandomAccess.SetLength(file, end);
        }

        return end;
    }

    sealed class Addition(ReadOnlyMemory<byte> content, bool begins)
    {
        public ReadOnlyMemory<byte> Content { get; } = content;

        public bool Begins => begins;

        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

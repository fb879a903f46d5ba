using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;
using Grimoire.Cooks;

namespace Grimoire.Cli.Commands;

/// <summary>
/// Downloads artifacts into a folder. Each is written beside its place, checked, and then moved there: what has its name is whole. No name leads out of the folder.
/// </summary>
static class ArtifactDownload
{
    const int BufferSize = 128 * 1024;

    /// <param name="session">The app, and where to say what is done.</param>
    /// <param name="castId">Whose.</param>
    /// <param name="names">Which; none for all.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="isAnswer">It is what was asked for, and so the answer; else it is only noted.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<ExitCode> OfCastAsync(
        Session session, string castId, IReadOnlyList<string> names, string folder, bool isAnswer, CancellationToken cancellation)
    {
        var made = (await session.AskAsync(Call.Get(CastWatch.PathOf(castId) + "/artifacts"), cancellation).ConfigureAwait(false)).List("artifacts").ToList();
        var missing = names.Where(name => made.All(artifact => artifact.Text("artifact") != name)).ToList();
        if (missing.Count > 0)
        {
            throw new CliException(ExitCode.NotFound, $"{castId} has made no {string.Join(", no ", missing)}; grimoire artifacts list {castId} tells what it has made.");
        }

        // All are named, also when only some are wanted, so that each gets the same name every time.
        var places = new ArchiveNames("");
        var list = new JsonArray();
        foreach (var artifact in made)
        {
            var name = artifact.Text("artifact") ?? "";
            var place = Inside(folder, places.Take(name));
            if (names.Count > 0 && !names.Contains(name))
            {
                continue;
            }

            var isNew = await StoreAsync(session, castId, name, artifact.Text("sha256"), place, cancellation).ConfigureAwait(false);
            list.Add(new JsonObject { ["artifact"] = name, ["file"] = place, ["bytes"] = new FileInfo(place).Length, ["result"] = isNew ? "downloaded" : "unchanged" });
            var line = $"{place}  {Wording.Bytes(new FileInfo(place).Length)}{(isNew ? "" : "  unchanged")}";
            if (!isAnswer)
            {
                Terminal.Note(line);
            }
            else if (!session.Terminal.IsJson)
            {
                Terminal.Say(line);
            }
        }

        if (isAnswer && session.Terminal.IsJson)
        {
            Terminal.Json(list);
        }
        else if (list.Count == 0)
        {
            Terminal.Note($"{castId} has made nothing.");
        }

        return ExitCode.Done;
    }

    /// <summary>Streams an answer into a file.</summary>
    /// <param name="session">The app.</param>
    /// <param name="call">What to ask.</param>
    /// <param name="file">Where to.</param>
    /// <param name="sha256">What it has to come to; null to take the ETag, if that is a SHA-256.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CliException">What came is not what the app says it is.</exception>
    public static async Task<long> StreamAsync(Session session, Call call, string file, string? sha256, CancellationToken cancellation)
    {
        var part = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            using var response = await session.Client.StreamAsync(call, cancellation).ConfigureAwait(false);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            using (var from = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false))
            using (var to = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, useAsync: true))
            {
                var buffer = new byte[BufferSize];
                for (int read; (read = await ReadAsync(from, buffer, session.Timeout, cancellation).ConfigureAwait(false)) > 0; bytes += read)
                {
                    hash.AppendData(buffer, 0, read);
                    await to.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                }
            }

            var came = Convert.ToHexStringLower(hash.GetHashAndReset());
            foreach (var wanted in new[] { sha256, response.Headers.ETag?.Tag.Trim('"') })
            {
                if (wanted is { Length: 64 } && !string.Equals(wanted, came, StringComparison.OrdinalIgnoreCase))
                {
                    throw new CliException(ExitCode.Unavailable, $"What came for {file} is damaged: its SHA-256 is {came}, and the app says {wanted}. Nothing was stored.");
                }
            }

            File.Move(part, file, overwrite: true);
            return bytes;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>A body may take as long as it is large; but not stand still for longer than --timeout says.</summary>
    static async Task<int> ReadAsync(Stream from, byte[] buffer, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            return await from.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException stuck) when (!cancellation.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Unavailable, $"Nothing more came for {timeout.TotalSeconds:0.#} s (--timeout).", stuck);
        }
        catch (HttpIOException broken)
        {
            throw new CliException(ExitCode.Unavailable, $"The answer broke off: {broken.Message}", broken);
        }
    }

    /// <summary>True if it was downloaded, false if it was there already.</summary>
    static async Task<bool> StoreAsync(Session session, string castId, string name, string? sha256, string place, CancellationToken cancellation)
    {
        if (File.Exists(place) && sha256 is not null)
        {
            using var there = File.OpenRead(place);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(there, cancellation).ConfigureAwait(false)) == sha256)
            {
                return false;
            }
        }

        var parts = name.Split('/');
        if (parts.Any(part => part is "." or ".." or ""))
        {
            throw new CliException(ExitCode.Unavailable, $"The app names an artifact '{name}', which cannot be asked for.");
        }

        var path = $"{CastWatch.PathOf(castId)}/artifacts/{string.Join('/', parts.Select(Call.Part))}";
        await StreamAsync(session, Call.Get(path), place, sha256, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>The place of a file in the folder, with the folders on the way to it made. One that is a link might lead out, so it is refused.</summary>
    static string Inside(string folder, string name)
    {
        var at = folder;
        Directory.CreateDirectory(at);
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts.SkipLast(1))
        {
            at = Path.Combine(at, part);
            if (Directory.CreateDirectory(at).LinkTarget is not null)
            {
                throw new CliException(ExitCode.LocalFile, $"{at} is a link: nothing is downloaded through it.");
            }
        }

        return Path.Combine(at, parts[^1]);
    }
}

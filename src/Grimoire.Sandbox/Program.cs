using System.Net.Sockets;
using Grimoire.Sandbox;
using Microsoft.AspNetCore.Connections;

Uri url;
try
{
    url = ListenAddress.From(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
    return 1;
}

WebApplication app = SandboxApp.Build(url);
await using (app.ConfigureAwait(false))
{
    try
    {
        await app.StartAsync().ConfigureAwait(false);
    }
    catch (IOException e) when (e.InnerException is AddressInUseException)
    {
        await Console.Error.WriteLineAsync(
            $"The sandbox cannot listen on {ListenAddress.Show(url)}: that port is taken. Stop what listens there, or give another one with --urls.")
            .ConfigureAwait(false);
        return 1;
    }
    catch (Exception e) when (e is SocketException or IOException)
    {
        await Console.Error.WriteLineAsync(
            $"The sandbox cannot listen on {ListenAddress.Show(url)}: {e.Message.TrimEnd('.')}. Give another address with --urls.").ConfigureAwait(false);
        return 1;
    }

    await Console.Out.WriteLineAsync($"The sandbox listens on {app.Urls.Single()}").ConfigureAwait(false);
    await app.WaitForShutdownAsync().ConfigureAwait(false);
}

return 0;

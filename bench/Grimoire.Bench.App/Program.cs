using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

IHost app = FunctionsApplication.CreateBuilder(args).Build();
if (app.Services.GetRequiredService<IConfiguration>().GetValue<bool>("EndWithInput"))
{
    // So that it does not outlive whoever measures it. On a thread of its own: one of the pool's would be missing while it waits.
    var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
    new Thread(() =>
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        lifetime.StopApplication();
    }) { IsBackground = true }.Start();
}

app.Run();
